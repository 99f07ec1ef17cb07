#!/usr/bin/env node
// Entry of every command. Runs on Node 20 with nothing installed; the command itself runs on Node
// 24.
import { join } from 'node:path'
import { prepareToolchain, root, runWithNode } from '../scripts/toolchain.mjs'

const SERVERS = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL']

const args = process.argv.slice(2)
const isHelp = args.includes('--help') || args.includes('-h')
// With one of them given, `start` takes all three from there, or says which is missing.
const startsServers =
  args[0] === 'stack' || (args[0] === 'start' && !SERVERS.some((name) => process.env[name]))
const node = await prepareToolchain({ needsJava: startsServers && !isHelp })
process.exitCode = await runWithNode(node, [join(root, 'services/cli/src/main.ts'), ...args])
