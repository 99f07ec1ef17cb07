import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { anEnvelope, aReceivedMessage, aStatus } from '@wabastream/testing'
import { migrate } from '../migrations/migrate.ts'
import { type PlainRecord, toTableRows } from '../rows/to-table-rows.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { checkSlice } from './check-slice.ts'

const DAY_MS = 86_400_000
const NOW = Date.now()
/** Of webhook 0; webhook 1 came just now. */
const LONG_AGO = NOW - 30 * DAY_MS

const verdictOf = (offsetDelta: number, receivedAt: number) => ({
  offsetDelta,
  receiptId: `receipt-${offsetDelta}`,
  channel: 'main',
  receivedAt,
  bytes: 512,
  verdict: 'decoded' as const,
  messages: 1,
  statuses: 1,
  errors: 0,
  otherFields: 0,
  events: 2,
  deadLetters: 0,
})

const recordsOf = (rawOffset: number, receivedAt: number): readonly PlainRecord[] => [
  aReceivedMessage({
    envelope: anEnvelope({ rawOffset, receivedAt, itemIndex: 0 }),
    fromId: '49170',
    fromUserId: 'DE.1',
    text: 'hello',
  }),
  aStatus('sent', { rawOffset, receivedAt, itemIndex: 1 }),
  {
    type: 'WebhooksDecoded',
    data: { rawPartition: 0, firstOffset: 0, verdicts: [verdictOf(rawOffset, receivedAt)] },
  },
]

describe('a slice', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
    const records = [...recordsOf(0, LONG_AGO), ...recordsOf(1, NOW)]
    await scratch.insert(
      records.flatMap((record) => toTableRows(record, { partition: 0, offset: 0 })),
    )
  })
  afterAll(() => scratch.drop())

  const check = async () => {
    const { client, database, generation } = scratch
    const slice = { rawPartition: 0, from: 0, to: 2 }
    const checked = await checkSlice({ client, database, generation, rawTopic: 'raw', slice })
    return checked.differences.map(({ items, kind, rawOffset }) => [kind, rawOffset, items])
  }

  it('adds up with contents and aliases, which few events have', async () => {
    expect(await check()).toEqual([])
  })

  it('misses contents, but for those that are too old to be kept', async () => {
    const { client, database, generation, views } = scratch
    await client.command(`TRUNCATE TABLE ${database}.message_content`)
    const missing = (rawOffset: number) => ['missing_content', rawOffset, [0]]
    expect(await check()).toEqual([missing(0), missing(1)])
    const days = { retentionDays: 36_500, contentRetentionDays: 20 }
    await migrate({ client, generation, ...days, viewsDatabase: views })
    expect(await check()).toEqual([missing(1)])
  })
})
