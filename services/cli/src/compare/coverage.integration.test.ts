// Goal: a swap never makes analysts see less or other things, and says what differs. Method: two
// generations with the same rows written by hand, of which one loses some or gets more.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type ClickHouse,
  compareTimelineRows,
  createClickHouse,
  migrate,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { stackFromEnv } from '@wabastream/testing'
import { assertReplaces } from '../replay/run-swap.ts'

const scope = { ends: [10, 10], retentionDays: 30 }
const events = ['message_events', 'errors', 'account_events']
let clickhouse: ClickHouse
let live: number
let into: number
let views: string

/** Ten raw records, each with an event, an error, an account event and a timeline of its own. */
async function fill(generation: number): Promise<void> {
  const database = databaseName(generation)
  const at = "toDateTime64(toStartOfHour(now()) - 7200, 3, 'UTC')"
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

const filled = ['raw_webhooks', ...events, 'message_timeline', 'status_transitions']

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stackFromEnv().clickhouseUrl })
  live = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
  into = live + 1
  views = `wa_test_${live}`
  for (const generation of [live, into]) {
    await migrate({
      client: clickhouse,
      generation,
      retentionDays: scope.retentionDays,
      viewsDatabase: views,
    })
  }
}, 60_000)

beforeEach(async () => {
  for (const generation of [live, into]) {
    const database = databaseName(generation)
    for (const table of filled) await clickhouse.command(`TRUNCATE TABLE ${database}.${table}`)
    await fill(generation)
  }
}, 60_000)

afterAll(async () => {
  for (const database of [views, databaseName(live), databaseName(into)]) {
    await clickhouse.command(`DROP DATABASE IF EXISTS ${database}`)
  }
  await clickhouse.close()
}, 60_000)

const lose = (table: string, where: string, generation = into): Promise<unknown> =>
  clickhouse.command(`DELETE FROM ${databaseName(generation)}.${table} WHERE ${where}`)

const check = async (
  ends: readonly number[] = scope.ends,
  missingMax = 0,
  accepted: readonly string[] = [],
) => {
  const { missing } = await assertReplaces(
    clickhouse,
    { live, into, dataDirectory: '.data' },
    {
      agreed: { missingMax, accepted: new Set(accepted) },
      scope: { ...scope, ends },
      settle: async () => ends,
    },
  )
  return missing
}
const accepting = (...kinds: readonly string[]) => check(scope.ends, 0, kinds)

const set = (table: string, what: string, where: string, generation = into) =>
  clickhouse.command(`ALTER TABLE ${databaseName(generation)}.${table} UPDATE ${what}
    WHERE ${where} SETTINGS mutations_sync = 2`)

describe('a swap', () => {
  it('passes when the new generation holds all, or lacks what is to come', async () => {
    await expect(check()).resolves.toEqual([])
    for (const table of ['raw_webhooks', ...events]) {
      await lose(table, 'raw_offset >= 8')
    }
    await lose('message_timeline', "message_id IN ('wamid.8', 'wamid.9')")
    await expect(check([10, 8])).resolves.toEqual([])
  }, 60_000)

  it('is refused when verdicts are lost', async () => {
    await lose('raw_webhooks', 'raw_offset IN (4, 5)')
    await expect(check()).rejects.toThrow('raw partition 1, offsets 4 to 5: 2 webhooks')
  }, 60_000)

  it.each(events)(
    'is refused when %s are lost',
    async (table) => {
      await lose(table, 'raw_offset IN (4, 6)')
      await expect(check()).rejects.toThrow(
        new RegExp(`- ${table}, \\S+Z, raw partition 1: 2 rows, such as 1:4:0, 1:6:0`, 'u'),
      )
    },
    60_000,
  )

  it('is refused when timelines are lost', async () => {
    await lose('message_timeline', "message_id IN ('wamid.4', 'wamid.6')")
    await expect(check()).rejects.toThrow(
      '- message_timeline, number 49: 2 rows, such as wamid.4, wamid.6',
    )
  }, 60_000)

  it('takes as many missing rows as are accepted, and names them; no verdicts', async () => {
    await lose('message_events', 'raw_offset IN (4, 6)')
    await lose('message_timeline', "message_id = 'wamid.4'")
    await expect(check()).rejects.toThrow('--accept-missing 3')
    await expect(check(scope.ends, 2)).rejects.toThrow('lacks 3 rows that generation')
    await expect(check(scope.ends, 3)).resolves.toMatchObject([
      { table: 'message_events', rows: 2 },
      { table: 'message_timeline', rows: 1 },
    ])
    await lose('raw_webhooks', 'raw_offset = 9')
    await expect(check(scope.ends, 3)).rejects.toThrow('offsets 9 to 9: 1 webhooks')
  }, 60_000)
})

describe('a swap to other contents', () => {
  const refusals = [
    ['message_timeline', 'failed_at = now64()', "message_id = 'wamid.5'", 'wamid.5'],
    ['message_events', "contact_name = 'another'", 'raw_offset = 5', '1:5:0'],
    ['message_events', 'event_at = now64()', 'raw_offset = 5', '1:5:0'],
    ['errors', "title = 'another'", 'raw_offset = 5', '1:5:0'],
    ['account_events', "payload = '{}'", 'raw_offset = 5', '1:5:0'],
    ['raw_webhooks', 'events = 7', 'raw_offset = 5', '1:5:0'],
  ] as const

  it.each(refusals)(
    'is refused when %s differ (%s), unless that is accepted',
    async (table, what, where, example) => {
      await set(table, what, where)
      const kind = `${table}.${what.split(' ')[0]}`
      await expect(check()).rejects.toThrow(`- ${kind}: 1 rows of ${table}, such as ${example}`)
      await expect(accepting('surplus_row')).rejects.toThrow(
        `\`./wabastream replay --swap --into ${into} --accept surplus_row --accept ${kind}\``,
      )
      await expect(accepting(kind)).resolves.toEqual([])
    },
    60_000,
  )

  it('is refused when there are more rows, unless that is accepted', async () => {
    await lose('message_events', 'raw_offset = 2', live)
    await lose('message_timeline', "message_id = 'wamid.3'", live)
    await expect(check()).rejects.toThrow(/surplus_row: 1 rows of message_events, such as 1:2:0/)
    await expect(check()).rejects.toThrow(
      /surplus_row: 1 rows of message_timeline, such as wamid.3/,
    )
    await expect(accepting('surplus_row')).resolves.toEqual([])
  }, 60_000)

  it('is refused when a timeline has two rows', async () => {
    await clickhouse.command(`INSERT INTO ${databaseName(into)}.message_timeline
      SELECT * REPLACE (anchor_day + 1 AS anchor_day) FROM ${databaseName(into)}.message_timeline
      WHERE message_id = 'wamid.1'`)
    await expect(check()).rejects.toThrow(
      '- split_timeline: 1 rows of message_timeline, such as wamid.1',
    )
    await expect(accepting('split_timeline')).resolves.toEqual([])
  }, 60_000)

  it('ignores where a message was first seen from, and in which order transitions came', async () => {
    const transition = (kind: string, generation: number) =>
      clickhouse.command(`INSERT INTO ${databaseName(generation)}.status_transitions
        (number, message_id, kind, rung, event_at, received_at, anchor_day)
        SELECT '49', 'wamid.1', '${kind}', 'sent', toDateTime64(now() - 7000, 3), now64(), today()`)
    await set('message_timeline', 'headless = true', "message_id = 'wamid.1'")
    await transition('advanced', live)
    await transition('filled_in', into)
    await expect(check()).resolves.toEqual([])
  }, 60_000)

  it('is refused when other transitions were reported', async () => {
    const transition = (rung: string, generation: number) =>
      clickhouse.command(`INSERT INTO ${databaseName(generation)}.status_transitions
        (number, message_id, kind, rung, received_at, anchor_day)
        SELECT '49', 'wamid.1', 'advanced', '${rung}', now64(), today()`)
    await transition('sent', live)
    await transition('read', into)
    const told = 'rows of status_transitions, such as wamid.1'
    await expect(check()).rejects.toThrow(`- missing_transition: 1 ${told}`)
    await expect(accepting('missing_transition')).rejects.toThrow(`- surplus_transition: 1 ${told}`)
    await expect(accepting('missing_transition', 'surplus_transition')).resolves.toEqual([])
  }, 60_000)

  it('takes columns that only one has for one kind, if they say something', async () => {
    const added = [
      ['message_timeline', 'mood Nullable(String)', into],
      ['message_events', 'mood Nullable(String)', into],
      ['errors', 'weather Nullable(String)', live],
    ] as const
    const alter = async (verb: 'ADD' | 'DROP') => {
      for (const [table, column, generation] of added) {
        const what = verb === 'ADD' ? column : column.split(' ')[0]
        await clickhouse.command(
          `ALTER TABLE ${databaseName(generation)}.${table} ${verb} COLUMN ${what}`,
        )
      }
    }
    await alter('ADD')
    await expect(check()).resolves.toEqual([])
    await set('message_timeline', "mood = 'good'", "message_id != 'wamid.1'")
    await set('errors', "weather = 'bad'", 'raw_offset = 1', live)
    await expect(accepting('missing_column')).rejects.toThrow(
      '- new_column: 9 rows of message_timeline, such as mood',
    )
    await expect(accepting('new_column')).rejects.toThrow(
      '- missing_column: 1 rows of errors, such as weather',
    )
    await expect(accepting('new_column', 'missing_column')).resolves.toEqual([])
    await set('message_timeline', 'rungs = 8', "message_id = 'wamid.1'")
    await expect(accepting('new_column', 'missing_column')).rejects.toThrow(
      'message_timeline.rungs',
    )
    await alter('DROP')
  }, 60_000)

  it('does not depend on what age has deleted by now', async () => {
    const border = `toDateTime64(toDate(now('UTC')) - ${scope.retentionDays}, 3, 'UTC') + 86399`
    for (const generation of [live, into]) {
      const database = databaseName(generation)
      for (const table of ['raw_webhooks', 'message_events', 'message_timeline']) {
        await clickhouse.command(`SYSTEM STOP TTL MERGES ${database}.${table}`)
      }
      if (generation === into) continue
      await clickhouse.command(`INSERT INTO ${database}.raw_webhooks
        (received_at, raw_partition, raw_offset) VALUES (${border}, 0, 1)`)
      await clickhouse.command(`INSERT INTO ${database}.message_events
        (received_at, raw_partition, raw_offset) VALUES (${border}, 0, 1)`)
      await clickhouse.command(`INSERT INTO ${database}.message_timeline
        (anchor_day, first_received_at, number, message_id)
        VALUES (toDate(${border}), ${border}, '49', 'wamid.OLD')`)
    }
    await expect(check()).resolves.toEqual([])
  }, 60_000)
})

describe('a comparison', () => {
  it('leaves out what is under way, however many those are and however long their ids', async () => {
    const database = databaseName(live)
    const row = "'49', concat(repeat('x', 2000), toString(number)) FROM numbers(450)"
    await clickhouse.command(`INSERT INTO ${database}.message_timeline
      (anchor_day, first_received_at, number, message_id) SELECT today(), now64(), ${row}`)
    await clickhouse.command(`INSERT INTO ${database}.message_events
      (received_at, raw_partition, raw_offset, number, message_id)
      SELECT now(), 1, 10 + number, ${row} WHERE number % 2 = 0`)
    const { differing, inFlight, kinds } = await compareTimelineRows(
      clickhouse,
      { live, other: into },
      { scope, settle: async () => scope.ends, accepted: new Set() },
    )
    expect(kinds).toMatchObject([{ kind: 'missing_row', count: 225 }])
    expect(inFlight).toBe(225)
    expect(differing.map(({ messageId }) => Number(messageId.replaceAll('x', '')) % 2)).toEqual(
      Array.from({ length: 225 }, () => 1),
    )
  }, 60_000)
})
