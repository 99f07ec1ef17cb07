import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals'
import { aStatus, sinkCases, type SinkScene } from '@wabastream/testing'
import { createClickHouse } from '../client/clickhouse-client.ts'
import { type SinkRecord } from '../rows/to-table-rows.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { createClickHouseSink } from './clickhouse-sink.ts'

let scratch: ScratchGeneration
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  scratch = await createScratchGeneration()
})
afterAll(() => scratch.drop())

/** The table of events, without rows; "away" is an address where nobody listens. */
async function createScene(): Promise<SinkScene<SinkRecord>> {
  const { client, database } = scratch
  const nobody = createClickHouse({ url: 'http://127.0.0.1:1' })
  closing.push(() => nobody.close())
  const [table, aside] = [`${database}.message_events`, `${database}.message_events_aside`]
  await client.command(`TRUNCATE TABLE ${table}`)
  let isAway = false
  let isMissing = false
  return {
    sink: createClickHouseSink({
      client: {
        query: client.query,
        insert: (target, lines) => (isAway ? nobody : client).insert(target, lines),
      },
      database,
      expiryDays: 45,
    }),
    // A number would have a row of its own.
    toValue: (id) => aStatus('sent', { rawOffset: id, number: '' }, { messageId: String(id) }),
    // No column takes a raw offset below zero.
    toUnreadableValue: (id) =>
      aStatus('sent', { rawOffset: -1, number: '' }, { messageId: String(id) }),
    async readIds() {
      const rows = await client.query<{ readonly id: number }>(
        `SELECT toUInt32(message_id) AS id FROM ${table} FINAL`,
      )
      return rows.map(({ id }) => id)
    },
    async breakDown(cause) {
      isAway = cause === 'unavailable'
      isMissing = cause === 'broken_schema'
      if (isMissing) await client.command(`RENAME TABLE ${table} TO ${aside}`)
    },
    async repair() {
      if (isMissing) await client.command(`RENAME TABLE ${aside} TO ${table}`)
      isAway = false
      isMissing = false
    },
  }
}

describe('the ClickHouse sink', () => {
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  it.each(sinkCases<SinkRecord>())('$title', async ({ verify }) => verify(await createScene()))
})
