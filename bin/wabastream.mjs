#!/usr/bin/env node
// Entry of every command. Runs on Node 20 with nothing installed; the command itself runs on Node 24.
import { join } from 'node:path'
import { prepareToolchain, root, runWithNode } from '../scripts/toolchain.mjs'

const COMMANDS_WITH_STACK = new Set(['start', 'stack'])

const args = process.argv.slice(2)
const isHelp = args.includes('--help') || args.includes('-h')
const node = await prepareToolchain({ needsJava: COMMANDS_WITH_STACK.has(args[0]) && !isHelp })
process.exitCode = await runWithNode(node, [join(root, 'services/cli/src/main.ts'), ...args])
