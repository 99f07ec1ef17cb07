import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { stackFromEnv } from '@wabastream/testing'
import { createClickHouse } from '../client/clickhouse-client.ts'
import { readFirstOffsets } from './slice-records.ts'

const database = `wa_test_${1_000_000 + Math.floor(Math.random() * 1_000_000_000)}`
const client = createClickHouse({ url: stackFromEnv().clickhouseUrl })
const NOON = Date.UTC(2026, 4, 1, 12)

beforeAll(async () => {
  await client.command(`CREATE DATABASE ${database}`)
  await client.command(`CREATE TABLE ${database}.raw_webhooks (raw_partition UInt32,
    raw_offset UInt64, received_at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY raw_offset`)
  // Ten records, one a second from noon on.
  await client.command(`INSERT INTO ${database}.raw_webhooks
    SELECT 3, 100 + number, fromUnixTimestamp64Milli(${NOON} + number * 1000, 'UTC')
    FROM numbers(10)`)
})

afterAll(async () => {
  await client.command(`DROP DATABASE ${database}`)
  await client.close()
})

describe('the first offset of a time', () => {
  it.each([
    ['before all', -1_000, { offset: 100, hasOlder: false, hasNewer: true }],
    ['among them', 4_000, { offset: 104, hasOlder: true, hasNewer: true }],
    ['behind all', 60_000, { offset: 110, hasOlder: true, hasNewer: false }],
  ])('is found with what lies on either side: %s', async (_, sinceNoonMs, expected) => {
    const firsts = await readFirstOffsets({ client, database }, NOON + sinceNoonMs)
    expect(firsts).toEqual(new Map([[3, expected]]))
  })
})
