export { eventually } from './eventually.ts'
export { type StackAddresses, stackFromEnv } from './stack-from-env.ts'
