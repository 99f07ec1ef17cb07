// `npm run test:protections [-- --only NAME | --from NAME]`: does each case miss its protections?
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const USAGE = `Usage: npm run test:protections [-- OPTIONS]

A fault case is worth something if it fails where what it tests is missing. Takes the protections of
test/faults/src/protections out, one at a time, in services that are loaded without them, runs the
case of each and ends with a table: protection, case, verdict, what was seen. Each case is run with
all in place before. Fails unless each is noticed: a case that passes without, that fails with, that
hangs or whose parts do not come up shows nothing. About two hours; one with --jobs 2.
What each run said is in .cache/protections.

  --only NAME   this protection (repeatable)
  --from NAME   goes on with this one; the table has those before it as they were seen last
  --jobs N      so many cases side by side
  --no-control  trust that each case passes with all in place
  --help

WABASTREAM_RECOVERY_SECONDS (120) is how long a case waits for work to go on after a fault.`

const { values } = readOptions()
if (values.help) {
  console.log(USAGE)
} else {
  process.env.WABASTREAM_JOBS = values.jobs
  const node = await prepareToolchain({ needsJava: true })
  const { control, from, only } = values
  const program = join(root, 'scripts/run-protections.mjs')
  process.exitCode = await runWithNode(node, [program, JSON.stringify({ control, from, only })])
}

function readOptions() {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        only: { type: 'string', multiple: true },
        from: { type: 'string' },
        jobs: { type: 'string', default: '1' },
        control: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}
