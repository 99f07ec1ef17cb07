import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'
import { accountBody, messagesBody, outboundStatuses } from './bodies.ts'

// Goal: a month ends when the business closes it, and a reader's own session moves no day. Method:
// statuses just before and after midnights of several time zones, told as webhooks.

const SAO_PAULO = '106540352242922'
const BERLIN = '106540352242933'
const ELSEWHERE = '106540352242944'

describe('the days of a number', () => {
  let tables: StoryTables
  beforeAll(async () => {
    tables = await createStoryTables()
  })
  afterAll(() => tables.drop())
  beforeEach(() => tables.empty())

  const delivered = (number: string, messageId: string, at: string) =>
    messagesBody(number, outboundStatuses(messageId, Date.parse(at)))

  const days = (view = 'billing') =>
    tables.ask<{ readonly number: string; readonly day: string; readonly messages: number }>(
      `SELECT number, toString(day) AS day, time_zone, toUInt32(sum(messages)) AS messages
       FROM wa.${view} GROUP BY number, day, time_zone ORDER BY number, day`,
    )

  it.each(['billing', 'number_quality', 'number_health_daily'])(
    'are those of its time zone, of several in one query: %s',
    async (view) => {
      await tables.setTimeZones({
        [SAO_PAULO]: 'America/Sao_Paulo',
        [BERLIN]: 'Europe/Berlin',
      })
      await tables.insert(
        toRows([
          // The month ends three hours after UTC's.
          delivered(SAO_PAULO, 'wamid.S1', '2026-12-01T02:59:59Z'),
          delivered(SAO_PAULO, 'wamid.S2', '2026-12-01T03:00:00Z'),
          delivered(BERLIN, 'wamid.B1', '2026-11-30T22:59:59Z'),
          delivered(BERLIN, 'wamid.B2', '2026-11-30T23:00:00Z'),
          delivered(ELSEWHERE, 'wamid.E1', '2026-11-30T23:59:59Z'),
          delivered(ELSEWHERE, 'wamid.E2', '2026-12-01T00:00:00Z'),
        ]),
      )
      const each = (number: string, time_zone: string) => [
        { number, day: '2026-11-30', time_zone, messages: 1 },
        { number, day: '2026-12-01', time_zone, messages: 1 },
      ]
      expect(await days(view)).toEqual([
        ...each(SAO_PAULO, 'America/Sao_Paulo'),
        ...each(BERLIN, 'Europe/Berlin'),
        ...each(ELSEWHERE, 'UTC'),
      ])
    },
  )

  it('have 23 and 25 hours where the clocks change', async () => {
    await tables.setTimeZones({ [BERLIN]: 'Europe/Berlin' })
    await tables.insert(
      toRows([
        delivered(BERLIN, 'wamid.1', '2026-03-28T23:00:00Z'),
        delivered(BERLIN, 'wamid.2', '2026-03-29T21:59:59Z'),
        delivered(BERLIN, 'wamid.3', '2026-03-29T22:00:00Z'),
        delivered(BERLIN, 'wamid.4', '2026-10-24T22:00:00Z'),
        delivered(BERLIN, 'wamid.5', '2026-10-25T22:59:59Z'),
        delivered(BERLIN, 'wamid.6', '2026-10-25T23:00:00Z'),
      ]),
    )
    expect((await days()).map(({ day, messages }) => [day, messages])).toEqual([
      ['2026-03-29', 2],
      ['2026-03-30', 1],
      ['2026-10-25', 2],
      ['2026-10-26', 1],
    ])
  })

  it('are of the time zone of all where a number has none of its own, and UTC without any', async () => {
    await tables.insert(toRows([delivered(SAO_PAULO, 'wamid.S', '2026-12-01T02:00:00Z')]))
    const day = async () => (await days()).map((row) => row.day)
    await tables.setTimeZones({ '*': 'America/Sao_Paulo' })
    expect(await day()).toEqual(['2026-11-30'])
    await tables.setTimeZones({ '*': 'America/Sao_Paulo', [SAO_PAULO]: 'Asia/Tokyo' })
    expect(await day()).toEqual(['2026-12-01'])
    await tables.setTimeZones({ '*': 'America/Sao_Paulo' })
    expect(await day()).toEqual(['2026-11-30'])
    await tables.setTimeZones({})
    expect(await day()).toEqual(['2026-12-01'])
  })

  it('are the same in a session of another time zone', async () => {
    await tables.setTimeZones({ [SAO_PAULO]: 'America/Sao_Paulo' })
    await tables.insert(
      toRows([
        delivered(SAO_PAULO, 'wamid.S1', '2026-12-01T02:59:59Z'),
        delivered(BERLIN, 'wamid.B1', '2026-11-30T23:59:59Z'),
      ]),
    )
    for (const view of ['billing', 'number_quality', 'number_health_daily', 'response_time']) {
      const query = `SELECT number, toString(day) AS day FROM wa.${view} ORDER BY number`
      for (const zone of ['Asia/Tokyo', 'America/Sao_Paulo']) {
        expect(await tables.ask(`${query} SETTINGS session_timezone = '${zone}'`)).toEqual(
          await tables.ask(query),
        )
      }
    }
  })

  it('can be set again, and refuse a time zone that nobody knows, changing nothing', async () => {
    await tables.setTimeZones({ [SAO_PAULO]: 'America/Sao_Paulo' })
    await tables.setTimeZones({ [SAO_PAULO]: 'America/Sao_Paulo' })
    await expect(
      tables.setTimeZones({ [SAO_PAULO]: 'Asia/Tokyo', [BERLIN]: 'Europe/Atlantis' }),
    ).rejects.toMatchObject({
      code: 'unknown_time_zone',
      message: expect.stringContaining('no time zone Europe/Atlantis: set NUMBER_TIME_ZONES to'),
    })
    expect(
      await tables.ask("SELECT number, time_zone FROM wa.number_time_zones WHERE time_zone != ''"),
    ).toEqual([{ number: SAO_PAULO, time_zone: 'America/Sao_Paulo' }])
  })
})

describe('the health of a number', () => {
  let tables: StoryTables
  beforeAll(async () => {
    tables = await createStoryTables()
  })
  afterAll(() => tables.drop())

  it("lays the provider's events over the delivery of the same number and day", async () => {
    await tables.setTimeZones({ [SAO_PAULO]: 'America/Sao_Paulo' })
    const flagged = (display: string, accountId: string, at: string) =>
      accountBody(accountId, 'phone_number_quality_update', Date.parse(at), {
        display_phone_number: display,
        event: 'FLAGGED',
        current_limit: 'TIER_1K',
        old_limit: 'TIER_10K',
      })
    const rows = toRows([
      messagesBody(SAO_PAULO, outboundStatuses('wamid.1', Date.parse('2026-11-30T12:00:00Z'))),
      messagesBody(
        SAO_PAULO,
        outboundStatuses('wamid.2', Date.parse('2026-11-30T13:00:00Z'), {
          words: ['sent', 'failed'],
        }),
      ),
      // Another number has the same digits in another account.
      flagged('+1 555-078-3881', '770000000000001', '2026-12-01T02:30:00Z'),
      flagged('15550783881', '770000000000002', '2026-11-30T12:00:00Z'),
      // A day on which nothing was sent.
      flagged('15550783881', '770000000000001', '2026-12-02T12:00:00Z'),
    ])
    const day = (name: string, given: object) => ({
      day: name,
      number: SAO_PAULO,
      display_number: '15550783881',
      time_zone: 'America/Sao_Paulo',
      ...given,
    })
    const health = () =>
      tables.ask(`
        SELECT day, number, display_number, time_zone, toUInt32(messages) AS messages,
          delivered_share, read_share, failed_share,
          arrayMap(one -> (toUnixTimestamp(one.1), one.2, one.4), quality_events)
            AS events
        FROM wa.number_health_daily ORDER BY day`)
    const right = [
      day('2026-11-30', {
        messages: 2,
        delivered_share: 0.5,
        read_share: 0,
        failed_share: 0.5,
        events: [[Date.parse('2026-12-01T02:30:00Z') / 1_000, 'FLAGGED', 'TIER_1K']],
      }),
      day('2026-12-02', {
        messages: 0,
        delivered_share: null,
        read_share: null,
        failed_share: null,
        events: [[Date.parse('2026-12-02T12:00:00Z') / 1_000, 'FLAGGED', 'TIER_1K']],
      }),
    ]
    await tables.insert(rows)
    expect(await health()).toEqual(right)
    await tables.insert(rows)
    await tables.merge()
    expect(await health()).toEqual(right)
  })
})
