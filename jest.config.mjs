// One configuration for every workspace: Node runs the TypeScript as written, so nothing is
// transformed.
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  testTimeout: 60_000,
  reporters: ['default', new URL('./scripts/test-reporter.mjs', import.meta.url).pathname],
}
