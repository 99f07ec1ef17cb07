// Starts a stack in a folder and says when it is up; the test kills this process.
import { findFreePort, startLocalStack } from './index.ts'

const dataDirectory = process.argv[2] ?? ''
const stack = await startLocalStack({
  dataDirectory,
  ports: findFreePort,
  onProgress: () => undefined,
})
process.stdout.write(`${stack.clickhouseUrl}\n`)
setInterval(() => undefined, 60_000)
