// Starts a wabastream as a test does, prints its folder, and waits; the test kills this process.
import { startWabastream } from './wabastream-process.ts'

const { dataDirectory } = await startWabastream()
process.stdout.write(`${dataDirectory}\n`)
setInterval(() => undefined, 60_000)
