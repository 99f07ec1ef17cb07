// `npm test`. Runs on Node 20 with nothing installed; run-tests.mjs does the work on Node 24.
import { join } from 'node:path'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const node = await prepareToolchain({ needsJava: true })
const args = [join(root, 'scripts/run-tests.mjs'), ...process.argv.slice(2)]
process.exitCode = await runWithNode(node, args)
