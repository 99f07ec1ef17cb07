// Unit tests of the harness and the fast cases; scripts/test-faults.mjs names others in
// WABASTREAM_FAULTS.
import { readFileSync } from 'node:fs'
import shared from '../../jest.config.mjs'

const fastCases = JSON.parse(readFileSync(new URL('fast-cases.json', import.meta.url), 'utf8'))
const named = process.env.WABASTREAM_FAULTS?.split(',')

export default {
  ...shared,
  testMatch: [
    ...(named ?? fastCases).map((name) => `<rootDir>/src/cases/${name}.fault.test.ts`),
    ...(named ? [] : ['<rootDir>/src/{harness,judge,protections}/*.test.ts']),
  ],
  maxWorkers: 1,
}
