// Goal: no authentic body stops the decoder. Method: bodies of the largest accepted size, each with
// a million items or with texts that grow with their number, go through a decoder with a small
// heap.
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type DeadLetter, rawHeaders, type WebhooksDecoded } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import {
  eventually,
  message,
  NUMBER,
  RECEIVED_AT,
  spawnGuarded,
  stackFromEnv,
  status,
  webhook,
} from '@wabastream/testing'

const { brokers, schemaRegistryUrl } = stackFromEnv()
const suffix = `${process.pid}-${Date.now()}`
const HEAP_MIB = 160
const BODY_BYTES = 3 * 1024 * 1024
const raw = `test.raw.${suffix}`
const targets = {
  events: { topic: `test.events.${suffix}`, partitions: 1 },
  decoded: { topic: `test.decoded.${suffix}`, partitions: 1 },
  deadLetters: { topic: `test.dead-letters.${suffix}`, partitions: 1 },
}
const kafka = createKafkaClient({ brokers, clientId: 'many-items-test' })
const codec = createAvroCodec({ url: schemaRegistryUrl })
const fixture = fileURLToPath(new URL('./decoder-process.fixture.ts', import.meta.url))
let decoder: ChildProcess
let output = ''

const envelopeStart = '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":'
const valueStart = `[{"field":"messages","value":{"metadata":{"phone_number_id":"${NUMBER}"},`

/** A body of the largest accepted size, with as many of the items as fit. */
function fill(start: string, item: string, end: string): string {
  const count = Math.floor((BODY_BYTES - start.length - end.length + 1) / (item.length + 1))
  return `${start}${Array<string>(count).fill(item).join(',')}${end}`
}

const longName = 'n'.repeat(BODY_BYTES / 2)
const contactOf = (id: string): string => `{"wa_id":"${id}","profile":{"name":"${longName}"}}`
const small = webhook({ statuses: Array<unknown>(9_000).fill(5) })
/** Bodies that a stranger with a valid signature might send, with the items that each holds. */
const hostile: readonly string[] = [
  fill(`${envelopeStart}${valueStart}"statuses":[`, '5', ']}}]}]}'),
  fill(`${envelopeStart}${valueStart}"statuses":[`, '{"id":"a","status":"s"}', ']}}]}]}'),
  fill(`${envelopeStart}${valueStart}"errors":[`, '{}', ']}}]}]}'),
  fill(
    `${envelopeStart}${valueStart}"statuses":[{"id":"a","status":"s","errors":[`,
    '{}',
    ']}]}}]}]}',
  ),
  fill(
    `${envelopeStart}${valueStart}"contacts":[${contactOf('7')}],"messages":[`,
    '{"id":"a","from":"7"}',
    ']}}]}]}',
  ),
  fill(`${envelopeStart}[`, '{"field":"f","value":0}', ']}]}'),
  fill('{"object":"whatsapp_business_account","entry":[', '[]', ']}'),
  fill('{"statuses":[', '[[]]', ']}'),
]

const rawRecord = (body: string, index: number) => ({
  key: null,
  value: Buffer.from(body),
  headers: {
    [rawHeaders.receiptId]: `receipt-${index}`,
    [rawHeaders.receivedAt]: String(RECEIVED_AT),
    [rawHeaders.channel]: 'main',
    [rawHeaders.origin]: 'imported',
  },
})

beforeAll(async () => {
  const config = { 'max.message.bytes': '4194304' }
  await kafka.admin.ensureTopics([
    { topic: raw, partitions: 1, config },
    ...Object.values(targets).map((target) => ({ ...target, config })),
  ])
  await codec.register()
  const settings = { brokers, schemaRegistryUrl, groupId: `many-items.${suffix}`, raw, targets }
  decoder = spawnGuarded(process.execPath, [
    `--max-old-space-size=${HEAP_MIB}`,
    fixture,
    JSON.stringify(settings),
  ])
  decoder.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  decoder.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
})

afterAll(async () => {
  if (decoder.exitCode === null && decoder.signalCode === null) {
    decoder.kill('SIGKILL')
    await once(decoder, 'exit')
  }
  await kafka.close()
})

async function readVerdicts(): Promise<WebhooksDecoded['verdicts']> {
  const verdicts: WebhooksDecoded['verdicts'][number][] = []
  const reader = kafka.partitionReader()
  const from = { topic: targets.decoded.topic, partition: 0, offset: 0 }
  await reader.readToEnd(from, ({ records }) => {
    for (const { value } of records) {
      const { data } = codec.decode(value ?? new Uint8Array())
      if ('verdicts' in data) verdicts.push(...data.verdicts)
    }
  })
  await reader.close()
  return verdicts
}

async function countLetters(): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const counts = new Map<string, Map<string, number>>()
  const reader = kafka.partitionReader()
  const from = { topic: targets.deadLetters.topic, partition: 0, offset: 0 }
  await reader.readToEnd(from, ({ records }) => {
    for (const { value } of records) {
      const { data, type } = codec.decode(value ?? new Uint8Array())
      if (type !== 'DeadLetter') continue
      count(counts, data)
    }
  })
  await reader.close()
  return counts
}

function count(counts: Map<string, Map<string, number>>, { reason, receiptId }: DeadLetter): void {
  const ofReceipt = counts.get(receiptId) ?? new Map<string, number>()
  counts.set(receiptId, ofReceipt)
  ofReceipt.set(reason, (ofReceipt.get(reason) ?? 0) + 1)
}

describe(`a decoder with a heap of ${HEAP_MIB} MiB`, () => {
  it('reads bodies full of items, accounts for what it does not read, and continues', async () => {
    const others = [webhook({ messages: [message('a')] }), webhook({ statuses: [status('b')] })]
    const bodies = [
      JSON.stringify(others[0]),
      ...hostile,
      ...Array<string>(100).fill(JSON.stringify(small)),
      JSON.stringify(others[1]),
    ]
    await kafka.chainedProducer().send({ topic: raw, partition: 0 }, bodies.map(rawRecord))
    await eventually(
      'all is decoded',
      async () => {
        if (decoder.exitCode !== null || decoder.signalCode !== null) {
          throw new Error(`the decoder ended: ${output.slice(-2_000)}`)
        }
        return (
          new Set((await readVerdicts()).map(({ receiptId }) => receiptId)).size === bodies.length
        )
      },
      240_000,
    )

    const verdicts = new Map((await readVerdicts()).map((verdict) => [verdict.receiptId, verdict]))
    const letters = await countLetters()
    for (const index of hostile.keys()) {
      const receiptId = `receipt-${index + 1}`
      expect(verdicts.get(receiptId)?.verdict).toBe('partial')
      expect(letters.get(receiptId)?.get('too_many_items')).toBe(1)
    }
    for (const { deadLetters, receiptId } of verdicts.values()) {
      const ofReceipt = letters.get(receiptId)?.values() ?? [].values()
      expect([receiptId, [...ofReceipt].reduce((sum, one) => sum + one, 0)]).toEqual([
        receiptId,
        deadLetters,
      ])
    }
    expect(verdicts.get('receipt-0')).toMatchObject({ verdict: 'decoded', events: 1 })
    expect(verdicts.get(`receipt-${bodies.length - 1}`)).toMatchObject({
      verdict: 'decoded',
      events: 1,
    })
  }, 300_000)
})
