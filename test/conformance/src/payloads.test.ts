import { describe, expect, it } from '@jest/globals'
import {
  createSignatureVerifier,
  sha256Hex,
  summarizeWebhook,
  translateWebhook,
} from '@wabastream/whatsapp'
import { arePayloadsNamed, listCell, readPayload, readTable } from './payload-folder.ts'
import { expectedOfMalformed } from './malformed-expectations.ts'

const receivedAt = Date.UTC(2026, 0, 1)
const translate = (body: Uint8Array) =>
  translateWebhook(body, {
    receiptId: 'receipt',
    channel: 'conformance',
    configuredNumber: 'number',
    receivedAt,
    rawPartition: 0,
    rawOffset: 0,
    hashText: sha256Hex,
  })

if (!arePayloadsNamed) {
  process.stderr.write('skipped: bodies that others wrote; CASES_DIR names no folder with them\n')
}
const whenPresent = arePayloadsNamed ? describe : describe.skip
const absent = [{ file: 'absent' }]
const named = (file: string) =>
  (arePayloadsNamed ? readTable(file) : absent).map(
    (row): [string, Readonly<Record<string, string>>] => [row['file'] ?? '', row],
  )

whenPresent('bodies that others wrote', () => {
  it.each(named('INDEX.tsv'))('%s holds what its index says', (file, row) => {
    const body = readPayload(file)
    const { counts, otherFields, deadLetters } = translate(body)
    const summary = summarizeWebhook(body, { receivedAt })
    expect({
      messages: counts.messages,
      statuses: counts.statuses,
      errors: counts.errors,
      other_changes: otherFields.length,
      echoes: counts.echoes,
      history_messages: counts.historyMessages,
    }).toEqual({
      messages: Number(row['messages']),
      statuses: Number(row['statuses']),
      errors: Number(row['errors']),
      other_changes: Number(row['other_changes']),
      echoes: Number(row['echoes']),
      history_messages: Number(row['history_messages']),
    })
    expect(summary.messages).toEqual(listCell(row, 'message_list'))
    expect(summary.statuses).toEqual(listCell(row, 'status_list'))
    expect(summary.otherFields).toEqual(listCell(row, 'other_fields'))
    expect(deadLetters.length).toBe(row['notes']?.includes('missing/odd id') ? 1 : 0)
  })
})

whenPresent('hostile bodies', () => {
  it.each(named('MALFORMED.tsv'))('%s gets its verdict', (file) => {
    const { verdict, events, deadLetters } = translate(readPayload(file))
    const types: readonly string[] = events.map(({ type }) => type)
    const reasons: readonly string[] = [...new Set(deadLetters.map(({ reason }) => reason))]
    expect({ verdict, types, reasons }).toEqual(expectedOfMalformed(file))
  })

  it('never makes a time of a bad timestamp', () => {
    const { events } = translate(readPayload('malformed/24-negative-and-float-ts.json'))
    expect(events.map(({ data }) => data.envelope.providerTime)).toEqual(Array(9).fill(null))
  })

  it.each([
    ['41', 4 * 1024 * 1024],
    ['42', 3 * 1024 * 1024],
  ])('a text of recipe %s is read whole', (_recipe, length) => {
    const text = { body: 'a'.repeat(length) }
    const message = { id: 'wamid.BIG', type: 'text', text }
    const body = new TextEncoder().encode(JSON.stringify({ messages: [message] }))
    const [event] = translate(body).events
    expect(event?.type === 'MessageReceived' && event.data.text?.length).toBe(length)
  })
})

whenPresent('signatures', () => {
  it.each(named('SIGNATURES.tsv'))('%s is signed by its secret alone', (file, row) => {
    const verify = createSignatureVerifier(
      [
        { id: 'other', secret: 'another secret' },
        { id: 'right', secret: row['app_secret'] ?? '' },
      ],
      'sha256=',
    )
    const signature = row['x_hub_signature_256'] ?? ''
    const body = readPayload(file)
    expect(verify(body, signature)).toBe('right')
    expect(verify(new Uint8Array([...body, 0x20]), signature)).toBeNull()
  })
})
