// Goal: a swap never makes analysts see less, and a comparison names what differs. Method: two
// generations with the same rows written by hand, of which one loses some or gets more.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type ClickHouse, createClickHouse, migrate } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { stackFromEnv } from '@wabastream/testing'
import { compareTimelines } from './compare-generations.ts'
import { assertCovers } from './run-swap.ts'

const scope = { ends: [10, 10], retentionDays: 30 }
const events = ['message_events', 'errors', 'account_events']
let clickhouse: ClickHouse
let live: number
let into: number
let views: string

/** Ten raw records, each with an event, an error, an account event and a timeline of its own. */
async function fill(generation: number): Promise<void> {
  const database = databaseName(generation)
  const at = 'toDateTime64(toStartOfHour(now()) - 7200, 3, \'UTC\')'
  const position = '1 AS raw_partition, number AS raw_offset'
  const from = 'FROM numbers(10)'
  const statements = [
    `raw_webhooks (received_at, raw_partition, raw_offset) SELECT ${at}, ${position} ${from}`,
    `message_events (received_at, raw_partition, raw_offset, number, message_id, event_type)
      SELECT ${at}, ${position}, '49', concat('wamid.', toString(number)), 'sent' ${from}`,
    `errors (received_at, raw_partition, raw_offset) SELECT ${at}, ${position} ${from}`,
    `account_events (received_at, raw_partition, raw_offset) SELECT ${at}, ${position} ${from}`,
    `message_timeline (anchor_day, first_received_at, number, message_id)
      SELECT toDate(${at}), ${at}, '49', concat('wamid.', toString(number)) ${from}`,
  ]
  for (const statement of statements) {
    await clickhouse.command(`INSERT INTO ${database}.${statement}`)
  }
}

beforeEach(async () => {
  clickhouse = createClickHouse({ url: stackFromEnv().clickhouseUrl })
  live = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
  into = live + 1
  views = `wa_test_${live}`
  for (const generation of [live, into]) {
    await migrate({
      client: clickhouse, generation, retentionDays: scope.retentionDays, viewsDatabase: views,
    })
    await fill(generation)
  }
}, 60_000)

afterEach(async () => {
  for (const database of [views, databaseName(live), databaseName(into)]) {
    await clickhouse.command(`DROP DATABASE IF EXISTS ${database}`)
  }
  await clickhouse.close()
}, 60_000)

const lose = (table: string, where: string, generation = into): Promise<unknown> =>
  clickhouse.command(`DELETE FROM ${databaseName(generation)}.${table} WHERE ${where}`)

const check = (ends: readonly number[] = scope.ends, missingMax = 0): Promise<unknown> =>
  assertCovers(clickhouse, { live, into }, { ...scope, ends, missingMax })

describe('a swap', () => {
  it('passes when the new generation holds all, or more, or lacks what is to come', async () => {
    await expect(check()).resolves.toEqual([])
    await lose('message_events', 'raw_offset = 2', live)
    await lose('message_timeline', 'message_id = \'wamid.3\'', live)
    for (const table of ['raw_webhooks', ...events]) {
      await lose(table, 'raw_offset >= 8')
    }
    await lose('message_timeline', 'message_id IN (\'wamid.8\', \'wamid.9\')')
    await expect(check([10, 8])).resolves.toEqual([])
  }, 60_000)

  it('is refused when verdicts are lost', async () => {
    await lose('raw_webhooks', 'raw_offset IN (4, 5)')
    await expect(check()).rejects.toThrow('raw partition 1, offsets 4 to 5: 2 webhooks')
  }, 60_000)

  it.each(events)('is refused when %s are lost', async (table) => {
    await lose(table, 'raw_offset IN (4, 6)')
    await expect(check()).rejects.toThrow(
      new RegExp(`- ${table}, \\S+Z, raw partition 1: 2 rows, such as 1:4:0, 1:6:0`, 'u'))
  }, 60_000)

  it('is refused when timelines are lost', async () => {
    await lose('message_timeline', 'message_id IN (\'wamid.4\', \'wamid.6\')')
    await expect(check()).rejects.toThrow(
      '- message_timeline, number 49: 2 rows, such as wamid.4, wamid.6')
  }, 60_000)

  it('takes as many missing rows as are accepted, and names them; no verdicts', async () => {
    await lose('message_events', 'raw_offset IN (4, 6)')
    await lose('message_timeline', 'message_id = \'wamid.4\'')
    await expect(check()).rejects.toThrow('--accept-missing 3')
    await expect(check(scope.ends, 2)).rejects.toThrow('lacks 3 rows that generation')
    await expect(check(scope.ends, 3)).resolves.toMatchObject([
      { table: 'message_events', rows: 2 }, { table: 'message_timeline', rows: 1 },
    ])
    await lose('raw_webhooks', 'raw_offset = 9')
    await expect(check(scope.ends, 3)).rejects.toThrow('offsets 9 to 9: 1 webhooks')
  }, 60_000)
})

describe('a comparison', () => {
  it('leaves out what is under way, however many those are and however long their ids', async () => {
    const database = databaseName(live)
    const row = "'49', concat(repeat('x', 2000), toString(number)) FROM numbers(450)"
    await clickhouse.command(`INSERT INTO ${database}.message_timeline
      (anchor_day, number, message_id) SELECT today(), ${row}`)
    await clickhouse.command(`INSERT INTO ${database}.message_events
      (received_at, raw_partition, raw_offset, number, message_id)
      SELECT now(), 1, 10 + number, ${row} WHERE number % 2 = 0`)
    const { differing, inFlight } =
      await compareTimelines(clickhouse, { live, other: into }, async () => scope.ends)
    expect(inFlight).toBe(225)
    expect(differing.map(({ messageId }) => Number(messageId.replaceAll('x', '')) % 2))
      .toEqual(Array.from({ length: 225 }, () => 1))
  }, 60_000)
})
