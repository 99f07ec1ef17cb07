// Goal: the comparison finds everything that analysts would miss or see differently after a swap.
// Method: two generations with the same rows written by hand, one of which loses some or gets more.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { databaseName } from '@wabastream/contracts'
import { stackFromEnv } from '@wabastream/testing'
import { type ClickHouse, createClickHouse } from '../client/clickhouse-client.ts'
import { migrate } from '../migrations/migrate.ts'
import { compareGenerations } from './compare-generations.ts'
import { compareTimelineRows } from './timeline-contents.ts'

const scope = { ends: [10, 10], retentionDays: 30 }
const events = ['message_events', 'errors', 'account_events', 'message_content']
let clickhouse: ClickHouse
let live: number
let into: number
let views: string

/** Ten raw records, each with its own event, error, account event and timeline. */
async function fill(generation: number): Promise<void> {
  const database = databaseName(generation)
  const at = "toDateTime64(toStartOfHour(now()) - 7200, 3, 'UTC')"
  const position = '1 AS raw_partition, number AS raw_offset'
  const from = 'FROM numbers(10)'
  const statements = [
    `raw_webhooks (received_at, raw_partition, raw_offset) SELECT ${at}, ${position} ${from}`,
    `message_events (received_at, raw_partition, raw_offset, number, message_id, event_type)
      SELECT ${at}, ${position}, '49', concat('wamid.', toString(number)), 'sent' ${from}`,
    `message_content (received_at, raw_partition, raw_offset, number, message_id, event_type, text)
      SELECT ${at}, ${position}, '49', concat('wamid.', toString(number)), 'sent', 'hi' ${from}`,
    `errors (received_at, raw_partition, raw_offset) SELECT ${at}, ${position} ${from}`,
    `account_events (received_at, raw_partition, raw_offset) SELECT ${at}, ${position} ${from}`,
    `message_timeline (anchor_day, first_received_at, number, message_id)
      SELECT toDate(${at}), ${at}, '49', concat('wamid.', toString(number)) ${from}`,
    `contact_aliases (number, kind, left_id, right_id, first_seen, last_day)
      SELECT '49', 'named_together', concat('phone ', toString(number)), 'user',
        tuple(${at}, toUInt32(1), number, toUInt32(0), NULL), toDate(${at}) ${from}`,
  ]
  for (const statement of statements) {
    await clickhouse.command(`INSERT INTO ${database}.${statement}`)
  }
}

const filled = [
  'raw_webhooks',
  ...events,
  'message_timeline',
  'status_transitions',
  'contact_aliases',
]

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

const NOTHING = { missing: [], kinds: [], isTruncated: false, inFlight: 0 }

/** What is missing and differs, or only the verdicts if some are missing. */
async function compare(accepted: readonly string[] = [], ends: readonly number[] = scope.ends) {
  const comparison = await compareGenerations(
    clickhouse,
    { live, other: into },
    { scope: { ...scope, ends }, settle: async () => ends, accepted: new Set(accepted) },
  )
  if (comparison.kind === 'incomplete') return comparison.ranges
  const { missing, contents } = comparison
  const { kinds, isTruncated, inFlight } = contents
  return { missing, kinds, isTruncated, inFlight }
}
const kindsFound = (...kinds: readonly object[]) => ({ ...NOTHING, kinds })

const set = (table: string, what: string, where: string, generation = into) =>
  clickhouse.command(`ALTER TABLE ${databaseName(generation)}.${table} UPDATE ${what}
    WHERE ${where} SETTINGS mutations_sync = 2`)

describe('what another generation lacks', () => {
  it('is nothing if it holds everything, or lacks only what is still to come', async () => {
    await expect(compare()).resolves.toEqual(NOTHING)
    for (const table of ['raw_webhooks', ...events]) {
      await lose(table, 'raw_offset >= 8')
    }
    await lose('message_timeline', "message_id IN ('wamid.8', 'wamid.9')")
    await lose('contact_aliases', "left_id IN ('phone 8', 'phone 9')")
    await expect(compare([], [10, 8])).resolves.toEqual(NOTHING)
  }, 60_000)

  it('is verdicts, before anything else is looked at', async () => {
    await lose('raw_webhooks', 'raw_offset IN (4, 5, 9)')
    await lose('message_events', 'raw_offset = 1')
    await expect(compare()).resolves.toEqual([
      { partition: 1, first: 4, last: 5, webhooks: 2 },
      { partition: 1, first: 9, last: 9, webhooks: 1 },
    ])
  }, 60_000)

  it.each(events)(
    'is rows of %s, by hour',
    async (table) => {
      await lose(table, 'raw_offset IN (4, 6)')
      const place = expect.stringMatching(/^\S+Z, raw partition 1$/)
      const missing = [{ table, place, rows: 2, examples: ['1:4:0', '1:6:0'] }]
      await expect(compare()).resolves.toEqual({ ...NOTHING, missing })
    },
    60_000,
  )

  it('is timelines, by number', async () => {
    await lose('message_timeline', "message_id IN ('wamid.4', 'wamid.6')")
    const examples = ['wamid.4', 'wamid.6']
    const missing = [{ table: 'message_timeline', place: 'number 49', rows: 2, examples }]
    await expect(compare()).resolves.toEqual({ ...NOTHING, missing })
  }, 60_000)

  it('is all of that together', async () => {
    await lose('message_events', 'raw_offset IN (4, 6)')
    await lose('message_timeline', "message_id = 'wamid.4'")
    await expect(compare()).resolves.toMatchObject({
      missing: [
        { table: 'message_events', rows: 2 },
        { table: 'message_timeline', rows: 1 },
      ],
      kinds: [],
    })
  }, 60_000)
})

describe('in what generations differ', () => {
  const changes = [
    ['message_timeline', 'failed_at = now64()', "message_id = 'wamid.5'", 'wamid.5'],
    ['message_events', "contact_name = 'another'", 'raw_offset = 5', '1:5:0'],
    ['message_events', 'conversation_expires_at = now64()', 'raw_offset = 5', '1:5:0'],
    ['message_content', "contact_name = 'another'", 'raw_offset = 5', '1:5:0'],
    ['errors', "title = 'another'", 'raw_offset = 5', '1:5:0'],
    ['account_events', "payload = '{}'", 'raw_offset = 5', '1:5:0'],
    ['raw_webhooks', 'events = 7', 'raw_offset = 5', '1:5:0'],
  ] as const

  it.each(changes)(
    'is a column where %s say another thing (%s), unless that is accepted',
    async (table, what, where, example) => {
      await set(table, what, where)
      const kind = `${table}.${what.split(' ')[0]}`
      const found = kindsFound({ kind, table, count: 1, example })
      await expect(compare()).resolves.toEqual(found)
      await expect(compare(['surplus_row'])).resolves.toEqual(found)
      await expect(compare([kind])).resolves.toEqual(NOTHING)
    },
    60_000,
  )

  it('is surplus rows, unless they are accepted', async () => {
    await lose('message_events', 'raw_offset = 2', live)
    await lose('message_timeline', "message_id = 'wamid.3'", live)
    const kind = 'surplus_row'
    await expect(compare()).resolves.toEqual(
      kindsFound(
        { kind, table: 'message_events', count: 1, example: '1:2:0' },
        { kind, table: 'message_timeline', count: 1, example: 'wamid.3' },
      ),
    )
    await expect(compare([kind])).resolves.toEqual(NOTHING)
  }, 60_000)

  it('is a timeline that has two rows', async () => {
    await clickhouse.command(`INSERT INTO ${databaseName(into)}.message_timeline
      SELECT * REPLACE (anchor_day + 1 AS anchor_day) FROM ${databaseName(into)}.message_timeline
      WHERE message_id = 'wamid.1'`)
    const kind = 'split_timeline'
    await expect(compare()).resolves.toEqual(
      kindsFound({ kind, table: 'message_timeline', count: 1, example: 'wamid.1' }),
    )
    await expect(compare([kind])).resolves.toEqual(NOTHING)
  }, 60_000)

  it('is not where a message was first seen from, nor in which order transitions came', async () => {
    const transition = (kind: string, generation: number) =>
      clickhouse.command(`INSERT INTO ${databaseName(generation)}.status_transitions
        (number, message_id, kind, rung, event_at, received_at, anchor_day)
        SELECT '49', 'wamid.1', '${kind}', 'sent', toDateTime64(today() - 1, 3, 'UTC'), now64(), today()`)
    await set('message_timeline', 'headless = true', "message_id = 'wamid.1'")
    await transition('advanced', live)
    await transition('filled_in', into)
    await expect(compare()).resolves.toEqual(NOTHING)
  }, 60_000)

  it('is which transitions were reported', async () => {
    const transition = (rung: string, generation: number) =>
      clickhouse.command(`INSERT INTO ${databaseName(generation)}.status_transitions
        (number, message_id, kind, rung, received_at, anchor_day)
        SELECT '49', 'wamid.1', 'advanced', '${rung}', now64(), today()`)
    await transition('sent', live)
    await transition('read', into)
    const of = { table: 'status_transitions', count: 1, example: 'wamid.1' }
    const [missing, surplus] = ['missing_transition', 'surplus_transition']
    await expect(compare()).resolves.toEqual(
      kindsFound({ kind: missing, ...of }, { kind: surplus, ...of }),
    )
    await expect(compare(['missing_transition'])).resolves.toEqual(
      kindsFound({ kind: surplus, ...of }),
    )
    await expect(compare(['missing_transition', 'surplus_transition'])).resolves.toEqual(NOTHING)
  }, 60_000)

  it('is a column that only one has, if it holds something', async () => {
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
    await expect(compare()).resolves.toEqual(NOTHING)
    await set('message_timeline', "mood = 'good'", "message_id != 'wamid.1'")
    await set('errors', "weather = 'bad'", 'raw_offset = 1', live)
    const gained = { kind: 'new_column', table: 'message_timeline', count: 9, example: 'mood' }
    const lost = { kind: 'missing_column', table: 'errors', count: 1, example: 'weather' }
    await expect(compare()).resolves.toEqual(kindsFound(lost, gained))
    await expect(compare(['missing_column'])).resolves.toEqual(kindsFound(gained))
    await expect(compare(['new_column'])).resolves.toEqual(kindsFound(lost))
    const both = ['new_column', 'missing_column']
    await expect(compare(both)).resolves.toEqual(NOTHING)
    await set('message_timeline', 'rungs = 8', "message_id = 'wamid.1'")
    await expect(compare(both)).resolves.toMatchObject({
      kinds: [{ kind: 'message_timeline.rungs' }],
    })
    await alter('DROP')
  }, 60_000)

  it('is no row that was deleted for its age by now', async () => {
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
    await expect(compare()).resolves.toEqual(NOTHING)
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

describe('facts about persons', () => {
  const see = (phone: string, seen: string, generation = into): Promise<unknown> =>
    clickhouse.command(`INSERT INTO ${databaseName(generation)}.contact_aliases
      (number, kind, left_id, right_id, first_seen, last_day)
      SELECT '49', 'named_together', '${phone}', 'user', ${seen}, today()`)

  it('are missed by number', async () => {
    await lose('contact_aliases', "left_id IN ('phone 4', 'phone 6')")
    const missing = [
      { table: 'contact_aliases', place: 'number 49', rows: 2, examples: ['1:4:0', '1:6:0'] },
    ]
    await expect(compare()).resolves.toEqual({ ...NOTHING, missing })
  }, 60_000)

  it('are found where they are too many, or were first seen elsewhere', async () => {
    await see('phone X', "tuple(now64(3, 'UTC'), toUInt32(1), toUInt64(3), toUInt32(1), NULL)")
    await see('phone 2', "tuple(now64(3, 'UTC') - 14400, 1, 0, 5, NULL)")
    const table = 'contact_aliases'
    const surplus = { kind: 'surplus_row', table, count: 1, example: '1:3:1' }
    const elsewhere = { kind: 'contact_aliases.first_seen', table, count: 1, example: '1:0:5' }
    await expect(compare()).resolves.toEqual(kindsFound(elsewhere, surplus))
    await expect(compare([elsewhere.kind])).resolves.toEqual(kindsFound(surplus))
  }, 60_000)

  it('do not differ by what came since, nor where the raw topic no longer has the first', async () => {
    await see('phone 2', "tuple(now64(3, 'UTC'), 1, 99, 0, NULL)")
    await see('phone new', "tuple(now64(3, 'UTC'), 1, 99, 0, NULL)", live)
    await see('phone 5', "tuple(now64(3, 'UTC') - 40 * 86400, 0, 1, 0, NULL)", live)
    // Of a timeline, which is compared itself.
    await clickhouse.command(`INSERT INTO ${databaseName(live)}.contact_aliases
      (number, kind, left_id, right_id, source, first_seen, last_day)
      SELECT '49', 'named_together', 'phone 1', 'user', 'MessageTimeline',
        tuple(now64(3, 'UTC'), 0, 0, 0, NULL), today()`)
    await expect(compare()).resolves.toEqual(NOTHING)
  }, 60_000)
})
