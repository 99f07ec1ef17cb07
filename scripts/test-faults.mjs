// `npm run test:faults [-- --list | --fast | --only NAME]`. Runs on Node 20 with nothing installed;
// run-faults.mjs does the work on Node 24.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseCases } from './fault-cases.mjs'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const { values } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
})
const cases = chooseCases(values)
if (values.list) {
  for (const name of cases) console.log(name)
} else if (cases.length === 0) {
  console.error(`No case is called '${values.only?.join(', ')}'; --list names them.`)
  process.exitCode = 2
} else {
  const node = await prepareToolchain({ needsJava: true })
  process.exitCode = await runWithNode(node, [join(root, 'scripts/run-faults.mjs'), ...cases])
}
