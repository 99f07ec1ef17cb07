// `npm run soak -- --minutes N [--seed S]`: the case `soak` of the fault suite, for N minutes.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const USAGE = `Usage: npm run soak -- [--minutes N] [--seed S]

A whole wabastream on three brokers under load, with a random fault every 30 seconds: kill -9,
restart and freeze of services, brokers, registry and ClickHouse. Ends with one table: events,
faults, and what was lost, doubled or different. Fails unless that is nothing, or when a process
goes on growing, which takes 4 minutes to see.

  --minutes N   how long (default 10)
  --seed S      repeats the faults and the traffic of a run that printed it`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
} else if (!(Number(values.minutes) > 0)) {
  console.error(`--minutes must be a number above 0, not '${values.minutes}'\n\n${USAGE}`)
  process.exitCode = 2
} else {
  process.env.WABASTREAM_SOAK_MINUTES = values.minutes
  if (values.seed !== undefined) process.env.WABASTREAM_SEED = values.seed
  const node = await prepareToolchain({ needsJava: true })
  process.exitCode = await runWithNode(node, [join(root, 'scripts/run-faults.mjs'), 'soak'])
}
