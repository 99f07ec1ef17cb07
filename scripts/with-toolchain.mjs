// `node scripts/with-toolchain.mjs FILE ARGS`: runs the file with Node 24, fetching what is missing
// first.
import { prepareToolchain, runWithNode } from './toolchain.mjs'

const node = await prepareToolchain({ needsJava: true })
process.exitCode = await runWithNode(node, process.argv.slice(2))
