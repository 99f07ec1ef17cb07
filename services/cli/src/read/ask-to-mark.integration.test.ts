// Goal: who asks for a message to be marked asks for that very message, and learns what became of
// it. Method: a real broker and engine; the service's part is played by its answers in the topic.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  createClickHouse,
  encodeRow,
  insertColumns,
  migrate,
  toTableRows,
  toTimelineRow,
} from '@wabastream/clickhouse'
import {
  databaseName,
  parseReadRequest,
  READ_RECEIPTS_PARTITION,
  type ReadRequestOutcome,
  toReadRequestRecord,
  topicNames,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import { createKafkaClient } from '@wabastream/kafka'
import {
  anEnvelope,
  anEvent,
  aReceivedMessage,
  copyTemplate,
  stackFromEnv,
} from '@wabastream/testing'
import { askToMark } from './ask-to-mark.ts'

const { brokers, clickhouseUrl } = stackFromEnv()
const generation = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
const client = createClickHouse({ url: clickhouseUrl })
const kafka = createKafkaClient({ brokers, clientId: 'read-test' })
const place = { topic: topicNames(1).readReceipts, partition: READ_RECEIPTS_PARTITION }
const NOW = Date.UTC(2026, 4, 1, 12)
const idOf = (name: string): string => `wamid.${generation}.${name}`

beforeAll(async () => {
  await kafka.admin.ensureTopics([
    {
      topic: place.topic,
      partitions: 1,
      config: { 'cleanup.policy': 'compact' },
      isResizable: true,
    },
  ])
  await copyTemplate({
    client,
    generation,
    viewsDatabase: `wa_read_${generation}`,
    make: (template) => migrate({ client, retentionDays: 36_500, ...template }),
  })
  for (const number of ['1', '2']) {
    await insert(aReceivedMessage({ messageId: idOf('twice'), envelope: envelopeOf(number, 5) }))
  }
  // The provider sent it again.
  for (const offset of [9, 7]) {
    await insert(aReceivedMessage({ messageId: idOf('new'), envelope: envelopeOf('1', offset) }))
  }
  const marked = anEvent('MessageMarkedRead', {
    messageId: idOf('marked'),
    envelope: envelopeOf('1', 3),
  })
  const received = aReceivedMessage({ messageId: idOf('marked'), envelope: envelopeOf('1', 2) })
  for (const event of [received, marked]) await insert(event)
  const timeline = [received, marked].reduce(evolve, initialTimeline(received))
  await insertRow('message_timeline', toTimelineRow(timeline))
}, 120_000)
afterAll(async () => {
  await client.command(`DROP DATABASE IF EXISTS ${databaseName(generation)}`)
  await client.close()
  await kafka.close()
})

function envelopeOf(number: string, rawOffset: number) {
  const receivedAt = NOW + rawOffset
  return anEnvelope({ number, rawOffset, receivedAt, channel: 'support', itemIndex: 4 })
}

async function insert(event: WhatsAppEvent): Promise<void> {
  for (const { cells, table } of toTableRows(event, { partition: 0, offset: 0 })) {
    await insertRow(table, cells)
  }
}

async function insertRow(
  table: keyof typeof insertColumns,
  cells: Parameters<typeof encodeRow>[0],
): Promise<void> {
  const target = { database: databaseName(generation), table, columns: insertColumns[table] }
  await client.insert(target, [Buffer.from(encodeRow(cells))])
}

/** Answers requests as the service does, by message; seen are what was asked for. */
function serviceOf(outcomes: Readonly<Record<string, ReadRequestOutcome>>) {
  const seen: unknown[] = []
  let next: number | undefined
  return {
    seen,
    async sleep(): Promise<void> {
      const reader = kafka.partitionReader()
      const producer = kafka.chainedProducer()
      const requests: Parameters<typeof toReadRequestRecord>[0][] = []
      const end = await reader.readToEnd({ ...place, offset: next ?? 0 }, ({ records }) => {
        for (const record of records) {
          const found = parseReadRequest(record.valueText() ?? '')
          if (found?.state !== 'requested') continue
          if (!found.request.messageId.includes(String(generation))) continue
          requests.push(found.request)
          seen.push(found.request)
        }
      })
      next = end.offset
      for (const request of requests) {
        const outcome = outcomes[request.messageId]
        if (outcome === undefined) continue
        const answer = { state: 'answered', outcome, answeredAt: NOW } as const
        await producer.send(place, [toReadRequestRecord(request, answer)])
      }
      await producer.close()
      await reader.close()
    },
  }
}

function ask(names: readonly string[], service: ReturnType<typeof serviceOf>, waitMs = 30_000) {
  return askToMark(names.map(idOf), {
    clickhouse: client,
    generation,
    kafka,
    waitMs,
    now: Date.now,
    sleep: () => service.sleep(),
  })
}

describe('asking for marks', () => {
  it('names the message by where it came in first, and reports the answer', async () => {
    const service = serviceOf({ [idOf('new')]: 'marked' })
    expect(await ask(['new', 'new'], service)).toEqual([
      { messageId: idOf('new'), number: '1', outcome: 'marked' },
    ])
    expect(service.seen).toMatchObject([
      {
        messageId: idOf('new'),
        number: '1',
        channel: 'support',
        receivedAt: NOW + 7,
        place: { partition: 0, offset: 7, itemIndex: 4 },
      },
    ])
  })

  it('asks for nothing that is marked, and for nothing that no customer sent', async () => {
    const service = serviceOf({})
    expect(await ask(['marked', 'none'], service)).toEqual([
      { messageId: idOf('marked'), number: '1', outcome: 'already_marked' },
      { messageId: idOf('none'), number: null, outcome: 'not_received' },
    ])
    await service.sleep()
    expect(service.seen.filter((one) => JSON.stringify(one).includes(idOf('marked')))).toEqual([])
  })

  it('asks for each number that has the id, and says where nobody answers', async () => {
    const service = serviceOf({})
    const asked = await ask(['twice'], service, 1)
    expect(asked.map(({ number, outcome }) => `${number} ${outcome}`)).toEqual([
      '1 unanswered',
      '2 unanswered',
    ])
  })
})
