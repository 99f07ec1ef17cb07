import type { wiredKafkajs, WiredKafkajs } from './wire/install.ts'

interface InstallModule {
  readonly wiredKafkajs: typeof wiredKafkajs
}

/**
 * The client with our wire codec. Taken through Node's own loader even where a test runner puts
 * modules into a sandbox: there is one client in a process, and tests go the way of production.
 */
export function loadKafkajs(): WiredKafkajs {
  const { createRequire } = process.getBuiltinModule('node:module')
  const install: InstallModule = createRequire(import.meta.url)('./wire/install.ts')
  return install.wiredKafkajs()
}
