// Starts a command under guard, prints its pid, and waits; the test kills this process.
import { spawnGuarded } from './guarded-spawn.ts'

const [command = '', ...args] = process.argv.slice(2)
const child = spawnGuarded(command, args)
process.stdout.write(`${child.pid}\n`)
setInterval(() => undefined, 60_000)
