// Goal: what is readable in a body is read, and what is not is explained; nothing is a crash.
// Method: bodies of a grammar, documented, odd and broken, are decoded, and an oracle that shares
// no code with the decoder says how many events there must be. Small counterexamples are printed;
// the same grammar runs through a whole pipeline in test/end-to-end.
import { describe, expect, it } from '@jest/globals'
import { arbitraryBody, countRows } from '@wabastream/testing'
import { sha256Hex, translateWebhook } from '@wabastream/whatsapp'
import fc from 'fast-check'

const nowMs = Date.UTC(2026, 0, 15, 8)
const bodies = arbitraryBody({ number: '106540352242922', brokenNumber: '99', nowMs })
const RUNS = 2_000

const translate = (body: Uint8Array) =>
  translateWebhook(body, {
    receiptId: 'receipt',
    channel: 'conformance',
    configuredNumber: null,
    receivedAt: nowMs,
    rawPartition: 0,
    rawOffset: 0,
    hashText: sha256Hex,
  })

describe('bodies of the grammar', () => {
  it('have as many events as the oracle counts, or a letter that explains them', () => {
    fc.assert(
      fc.property(bodies, ({ body, kind }) => {
        const { deadLetters, events, verdict } = translate(body)
        if (kind === 'broken') {
          expect(deadLetters.length > 0).toBe(['partial', 'undecodable'].includes(verdict))
          return
        }
        expect(deadLetters).toEqual([])
        const expected = countRows(JSON.parse(String(body)) as Record<string, unknown>)
        expect(events).toHaveLength(expected.message_events)
        expect(verdict).toBe(expected.message_events === 0 ? 'empty' : 'decoded')
      }),
      { numRuns: RUNS },
    )
  })
})
