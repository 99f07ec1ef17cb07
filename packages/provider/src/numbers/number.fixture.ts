import { type NumberEntry } from './number-entry.ts'

/** A number of the Cloud API, with what a test changes of it. */
export function buildNumber(change: Partial<NumberEntry> = {}): NumberEntry {
  return {
    alias: 'shop',
    provider: 'cloud',
    id: '106540352242922',
    account: null,
    application: null,
    partner: null,
    api: new URL('http://127.0.0.1:1/'),
    authorities: null,
    credential: { kind: 'file', path: '/nowhere' },
    webhook: {
      url: 'https://hooks.example.com/webhooks/main',
      shownUrl: 'https://hooks.example.com/webhooks/main',
      pathToken: null,
      verifyToken: 'verify-me-please',
      headers: {},
    },
    fields: ['messages'],
    ...change,
  }
}
