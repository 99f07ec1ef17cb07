// `npm run test:protections [-- --only NAME]`: is each protection missed by its fault case?
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const USAGE = `Usage: npm run test:protections [-- OPTIONS]

A fault case is worth something if it fails where what it tests is missing. Takes the protections of
test/faults/src/protections out, one at a time, in services that are loaded without them, runs the
case of each and ends with a table of what was seen. Each case is run with all in place before. Fails
if a case passes without, or fails with. About 80 minutes; 40 with --jobs 2.
What each run said is in .cache/protections.

  --only NAME   this protection (repeatable)
  --jobs N      so many cases side by side
  --no-control  trust that each case passes with all in place
  --help`

const { values } = readOptions()
if (values.help) {
  console.log(USAGE)
} else {
  process.env.WABASTREAM_JOBS = values.jobs
  process.env.WABASTREAM_CONTROL = String(values.control)
  const node = await prepareToolchain({ needsJava: true })
  const names = values.only ?? []
  process.exitCode = await runWithNode(node, [join(root, 'scripts/run-protections.mjs'), ...names])
}

function readOptions() {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        only: { type: 'string', multiple: true },
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
