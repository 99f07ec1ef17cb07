import { afterEach, describe, expect, it } from '@jest/globals'
import {
  type AdminServer,
  createMetricsRegistry,
  startAdminServer,
  toHealth,
} from '@wabastream/service-host'
import { Counter } from 'prom-client'
import { checkServices } from './check-services.ts'

let server: AdminServer | undefined
afterEach(() => server?.close())

/** A process of read-receipts, as far as its admin port shows it. */
async function readReceipts(counts: Readonly<Record<string, number>>): Promise<string> {
  const registry = createMetricsRegistry('read-receipts')
  const messages = new Counter({
    name: 'wa_read_receipts_messages_total',
    help: 'messages by what became of them',
    labelNames: ['alias', 'outcome'] as const,
    registers: [registry],
  })
  for (const [outcome, count] of Object.entries(counts)) {
    messages.inc({ alias: 'unknown', outcome }, count)
  }
  const isWell = () => toHealth([])
  server = await startAdminServer({
    port: 0,
    host: '127.0.0.1',
    registry,
    isAlive: isWell,
    isReady: isWell,
  })
  return `http://127.0.0.1:${server.port}`
}

describe('a process of read receipts', () => {
  it('is warned about when messages went to a number that the file does not name', async () => {
    const findings = await checkServices([await readReceipts({ unknown_number: 3, marked: 7 })])
    expect(findings.slice(1)).toEqual([
      {
        hop: 'read receipts',
        state: 'warning',
        message:
          '3 messages went to numbers that the file of numbers does not name: they stay grey',
        fix: 'add the numbers to NUMBERS_FILE: docs/runbooks/read-receipts-refused.md',
      },
    ])
  })

  it('is only ready where there were none', async () => {
    const address = await readReceipts({ unknown_number: 0, marked: 7 })
    expect(await checkServices([address])).toEqual([
      { hop: 'services', state: 'ok', message: `${address} is ready`, fix: null },
    ])
  })
})
