import { rawHeaders } from '@wabastream/contracts'
import { type KafkaRecord, type RecordBatch } from '@wabastream/processing'

export const RECEIVED_AT = Date.UTC(2026, 0, 1)
export const SECONDS = String(RECEIVED_AT / 1_000)
export const NUMBER = '109876543210987'

/** A batch of the raw topic that holds these bodies, from offset 100 on. */
export function rawBatch(
  bodies: readonly unknown[],
  headers: Readonly<Record<string, string>> = {},
): RecordBatch {
  const firstOffset = 100
  return {
    topic: 'raw',
    partition: 2,
    records: bodies.map((body, index) => rawRecord(body, firstOffset + index, headers)),
    fetchedOffset: firstOffset,
    nextOffset: firstOffset + bodies.length,
    endOffset: firstOffset + bodies.length,
  }
}

function rawRecord(
  body: unknown,
  offset: number,
  headers: Readonly<Record<string, string>>,
): KafkaRecord {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const all: Readonly<Record<string, string>> = {
    [rawHeaders.receiptId]: `receipt-${offset}`,
    [rawHeaders.receivedAt]: String(RECEIVED_AT),
    [rawHeaders.channel]: 'main',
    ...headers,
  }
  const headerText = (name: string): string | null => all[name] ?? null
  return {
    offset,
    timestampMs: RECEIVED_AT + 5,
    key: null,
    value: Buffer.from(text),
    keyText: () => null,
    valueText: () => text,
    header: (name) => Buffer.from(headerText(name) ?? ''),
    headerText,
  }
}

/** A webhook in Cloud form with these lists. */
export function webhook(lists: Readonly<Record<string, unknown>>) {
  const value = { metadata: { phone_number_id: NUMBER }, ...lists }
  const changes = [{ field: 'messages', value }]
  return { object: 'whatsapp_business_account', entry: [{ id: 'account', changes }] }
}

export function status(id: string, word = 'sent') {
  return { id, status: word, timestamp: SECONDS, recipient_id: '4915' }
}

export function message(id: string, fields: Readonly<Record<string, unknown>> = {}) {
  return { id, from: '4915', timestamp: SECONDS, type: 'text', text: { body: 'hi' }, ...fields }
}
