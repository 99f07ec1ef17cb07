// `npm run test:protections [-- --only NAME | --from NAME]`: does each case miss its protections?
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const USAGE = `Usage: npm run test:protections [-- OPTIONS]

A fault case is worth something only if it fails without the protection that it tests. Takes out the
protections of test/faults/src/protections, one at a time, in services that are loaded without them,
runs the case of each, and ends with a table: protection, case, verdict, what was seen. Each case
first runs with everything in place. Fails unless each protection is noticed: a case shows nothing
if it passes without it, fails with it, hangs, or if its parts do not come up. Takes about two
hours, or one with --jobs 2. The output of each run is in .cache/protections.

  --only NAME   this protection (repeatable)
  --from NAME   continue with this one; the table has the last results of those before it
  --jobs N      cases that run side by side (default 1)
  --no-control  trust that each case passes with everything in place
  --help

WABASTREAM_RECOVERY_SECONDS (120) is how long a case waits for work to continue after a fault.`

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
