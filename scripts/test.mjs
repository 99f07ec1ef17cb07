// `npm test`. Runs on Node 20 with nothing installed; run-tests.mjs does the work on Node 24.
import { join } from 'node:path'
import { findRunningStack } from './running-stack.mjs'
import { prepareToolchain, root, runWithNode } from './toolchain.mjs'

const args = process.argv.slice(2)
const isOneWorkspace = args.some((arg) => arg.startsWith('--only'))
const startsStack = !isOneWorkspace || findRunningStack(process.env) === undefined
const node = await prepareToolchain({ needsJava: startsStack })
process.exitCode = await runWithNode(node, [join(root, 'scripts/run-tests.mjs'), ...args])
