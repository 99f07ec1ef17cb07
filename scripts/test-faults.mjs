// `npm run test:faults [-- --list | --fast | --short | --only NAME]`. Runs on Node 20 with nothing
// installed; run-faults.mjs does the work on Node 24.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseCases } from './fault-cases.mjs'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const USAGE = `Usage: npm run test:faults [-- OPTIONS]

Kills, freezes, cuts, fills and corrupts the real processes of a wabastream under load, case after
case, and ends with one table: events, faults, what was lost, doubled or different, recovery times.
Fails unless that is nothing. All of it takes more than an hour on two cores, or about 40 minutes
with two side by side.

  --list        name the cases, one per line
  --only NAME   this case, or those whose names begin with it, such as sink (repeatable)
  --fast        the short cases that \`npm test\` runs, too
  --short       all cases, with outages of seconds instead of minutes and one round instead of five
  --jobs N      cases that run side by side (default 1)
  --help

WABASTREAM_SEED repeats the traffic of a run that printed it. WABASTREAM_KEEP=1 keeps logs and
data.`

// Shorter settings of single cases; without --short they last as long as docs/guarantees.md says.
const SHORT = {
  WABASTREAM_OUTAGE_SECONDS: '12',
  WABASTREAM_SILENCE_SECONDS: '15',
  WABASTREAM_ROUNDS: '1',
}

const { values } = readOptions()
const cases = chooseCases(values)
if (values.help) {
  console.log(USAGE)
} else if (values.list) {
  for (const name of cases) console.log(name)
} else if (cases.length === 0) {
  console.error(`No case is called '${values.only?.join(', ')}'; --list names them.`)
  process.exitCode = 2
} else {
  if (values.short) Object.assign(process.env, { ...SHORT, ...process.env })
  process.env.WABASTREAM_JOBS = values.jobs
  const node = await prepareToolchain({ needsJava: true })
  process.exitCode = await runWithNode(node, [join(root, 'scripts/run-faults.mjs'), ...cases])
}

function readOptions() {
  const flag = { type: 'boolean', default: false }
  try {
    return parseArgs({
      options: {
        list: flag,
        fast: flag,
        short: flag,
        only: { type: 'string', multiple: true },
        jobs: { type: 'string', default: '1' },
        help: { ...flag, short: 'h' },
      },
    })
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}
