export { type GuardedProcess, startGuardedProcess } from './guarded-process.ts'
export { type LocalStack, type LocalStackOptions, startLocalStack } from './local-stack.ts'
export { defaultPorts, findFreePorts, type LocalStackPorts } from './ports.ts'
