import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import { anEnvelope, aStatus } from '@wabastream/testing'
import { toTimelineRow } from '../rows/timeline-row.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { setTimeZones } from '../views/number-time-zones.ts'
import { rollUp, type RollUpOptions } from './roll-up.ts'
import { rollups } from './rollups.ts'

// Goal: a rollup is read where it holds, and nowhere else. Method: what is rolled up is counted
// wrongly on purpose, so that an answer shows where it comes from.

const DAY = 86_400_000
const NOON = Date.UTC(2026, 0, 31, 12)
const TABLES = ['day_marks', ...rollups.map(({ table }) => table)]

describe('rollups', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())
  beforeEach(async () => {
    await scratch.emptyTimelines()
    for (const table of TABLES) {
      await scratch.client.command(`TRUNCATE TABLE ${scratch.database}.${table}`)
    }
    await setTimeZones(scratch.client, scratch.views, {})
  })

  const send = (messageId: string, ms: number, status = 'sent') =>
    insert(
      aStatus(
        status,
        { ...anEnvelope(), receivedAt: ms, providerTime: ms },
        { messageId, pricingCategory: 'utility', pricingType: 'regular' },
      ),
    )
  const insert = async (event: MessageEvent) => {
    await scratch.insert([
      { table: 'message_timeline', cells: toTimelineRow(evolve(initialTimeline(event), event)) },
    ])
  }
  const roll = (given: Partial<RollUpOptions> = {}) => {
    const { client, database, views } = scratch
    return rollUp({ client, database, viewsDatabase: views, quietMs: 0, ...given })
  }
  const command = (sql: string) =>
    scratch.client.command(sql.replaceAll('g.', `${scratch.database}.`))
  /** Makes what is rolled up tell itself from what is counted. */
  const spoil = () =>
    command(
      'ALTER TABLE g.funnel_rollup UPDATE messages = messages + 100 WHERE true ' +
        'SETTINGS mutations_sync = 2',
    )
  const counts = async () =>
    (
      await scratch.client.query<{ readonly messages: number }>(
        `SELECT toUInt32(sum(messages)) AS messages FROM ${scratch.views}.funnel_hourly
         GROUP BY hour ORDER BY hour`,
      )
    ).map(({ messages }) => messages)

  it('are read once they are made, until something of the day is written', async () => {
    await send('a', NOON)
    await send('b', NOON - DAY)
    expect(await counts()).toEqual([1, 1])
    expect(await roll()).toMatchObject({ days: 2, messages: 2 })
    await spoil()
    expect(await counts()).toEqual([101, 101])
    await send('c', NOON - DAY)
    expect(await counts()).toEqual([2, 101])
    expect(await roll()).toMatchObject({ days: 1 })
    expect(await counts()).toEqual([2, 101])
    expect(await roll()).toMatchObject({ days: 0 })
  })

  it('leave a day alone that was written a moment ago', async () => {
    await send('a', NOON)
    expect(await roll({ quietMs: 60_000 })).toMatchObject({ days: 0 })
    expect(await counts()).toEqual([1])
  })

  it('hold for no day of which a later attempt began', async () => {
    await send('a', NOON)
    await roll()
    await spoil()
    // It wrote its rows, which replace those that were there, and was killed.
    await command(
      'INSERT INTO g.day_marks (anchor_day, number, attempt) ' +
        'SELECT anchor_day, number, 18000000000000000000 FROM g.day_marks LIMIT 1',
    )
    await command(
      'INSERT INTO g.funnel_rollup ' +
        'SELECT * REPLACE (18000000000000000000 AS version, 7 AS messages) FROM g.funnel_rollup',
    )
    await command('OPTIMIZE TABLE g.funnel_rollup FINAL')
    expect(await counts()).toEqual([1])
  })

  it('are right while two of them are made at once, and after', async () => {
    const days = [NOON, NOON - DAY, NOON - 2 * DAY]
    for (const [index, day] of [...days, ...days, ...days].entries()) {
      await send(`m${index}`, day)
      const expected = days
        .map((_, ago) => Math.floor((index + days.length - ago) / days.length))
        .filter((messages) => messages > 0)
        .toReversed()
      const answers = await Promise.all([roll(), counts(), roll(), counts(), counts()])
      expect(answers.filter(Array.isArray)).toEqual([expected, expected, expected])
      expect(await counts()).toEqual(expected)
    }
    await roll()
    expect(await roll()).toMatchObject({ days: 0 })
    await spoil()
    expect(await counts()).toEqual([103, 103, 103])
  })

  it('are made, and read, of more days than a statement may name', async () => {
    const days = 9_000
    await command(`INSERT INTO g.message_timeline
      (number, anchor_day, message_id, outbound, rungs, sent_at, first_received_at)
      SELECT toString(number), '2026-01-31', 'm', true, 1, '2026-01-31', '2026-01-31'
      FROM numbers(${days})`)
    expect(await counts()).toEqual([days])
    const left: number[] = []
    expect(await roll({ onProgress: ({ daysLeft }) => left.push(daysLeft) })).toMatchObject({
      days,
    })
    expect([left[0], left.at(-1)]).toEqual([days, 0])
    await spoil()
    expect(await counts()).toEqual([days + 100 * days])
  })

  it('count the days of a number again when its time zone is another', async () => {
    await send('a', Date.UTC(2026, 1, 1, 1))
    await roll()
    const days = async () =>
      scratch.client.query(`SELECT toString(day) AS day FROM ${scratch.views}.billing`)
    expect(await days()).toEqual([{ day: '2026-02-01' }])
    await setTimeZones(scratch.client, scratch.views, { '*': 'America/Sao_Paulo' })
    expect(await days()).toEqual([{ day: '2026-01-31' }])
    expect(await roll()).toMatchObject({ days: 1 })
    expect(await days()).toEqual([{ day: '2026-01-31' }])
  })
})
