// Goal: detectors get the counts that hold, whatever was written twice, and what they detect is one
// row. Method: rows on the real engine, read by its own queries.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CANARY_NUMBER } from '@wabastream/contracts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { type LoggedDetection, logDetections, readDetections } from './detection-log.ts'
import { readActivity, readFailedHours } from './read-activity.ts'
import { findEmptyRanges, readCanaryTimes, readProgress } from './read-progress.ts'
import { readOutOfBand, readReports } from './read-reports.ts'
import { deliverySteps, readSentHours, readUsualDeliveries } from './read-sent-hours.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const NOW = Date.UTC(2026, 5, 15, 12)

let scratch: ScratchGeneration
beforeAll(async () => {
  scratch = await createScratchGeneration()
}, 60_000)
afterAll(() => scratch.drop())

interface Event {
  readonly number: string
  readonly at: number
  readonly status?: string
  readonly type?: string
  readonly delayMs?: number | null
  readonly codes?: readonly number[]
  readonly historical?: boolean
}

let offset = 0
async function write(events: readonly Event[]): Promise<void> {
  const columns = [
    'number',
    'received_at',
    'message_id',
    'raw_offset',
    'event_type',
    'status',
    'event_at',
    'error_codes',
    'historical',
  ]
  const lines = events.map((event) => {
    const { at, codes = [], delayMs = null, historical = false, number, status = '' } = event
    const { type = 'MessageStatusChanged' } = event
    offset += 1
    const eventAt = delayMs === null ? null : at - delayMs
    const id = `m${offset}`
    return JSON.stringify([number, at, id, offset, type, status, eventAt, codes, historical])
  })
  const { client, database } = scratch
  const rows = [Buffer.from(lines.join('\n'))]
  // Twice, as after a crash of the sink.
  await client.insert({ database, table: 'message_events', columns }, rows)
  await client.insert({ database, table: 'message_events', columns }, rows)
}

describe('the activity of numbers', () => {
  it('is counted once in the hour and in those that it is compared with, and in no other', async () => {
    const statuses = ['sent', 'delivered', 'read', 'failed']
    await write([
      ...statuses.map((status) => ({ number: 'a', at: NOW, status, delayMs: 2_000 })),
      { number: 'a', at: NOW + HOUR - 1, type: 'MessageReceived', delayMs: 2_000 },
      { number: 'a', at: NOW + HOUR, status: 'sent' },
      { number: 'a', at: NOW - HOUR, status: 'sent' },
      { number: 'a', at: NOW + 1, status: 'sent', historical: true },
      { number: 'a', at: NOW - WEEK - HOUR, status: 'sent' },
      { number: 'a', at: NOW - WEEK + 2 * HOUR - 1, status: 'sent' },
      { number: 'a', at: NOW - WEEK + 2 * HOUR, status: 'sent' },
      { number: 'a', at: NOW - 4 * WEEK, status: 'read' },
      { number: 'a', at: NOW - 5 * WEEK, status: 'read' },
      { number: 'a', at: NOW + 2, type: 'MessageMarkedRead', delayMs: 0 },
      { number: CANARY_NUMBER, at: NOW, status: 'sent' },
    ])
    const rows = await readActivity(scratch, NOW, [])
    expect(rows.toSorted((left, right) => right.hourMs - left.hourMs)).toEqual([
      {
        number: 'a',
        hourMs: NOW,
        events: 5,
        sent: 1,
        delivered: 1,
        read: 1,
        failed: 1,
        timed: 5,
        delayMs: 2_000,
      },
      expect.objectContaining({ hourMs: NOW - WEEK + HOUR, events: 1, delayMs: null }),
      expect.objectContaining({ hourMs: NOW - WEEK - HOUR, events: 1 }),
      expect.objectContaining({ hourMs: NOW - 4 * WEEK, events: 1, read: 1 }),
    ])
  })

  it('tells no delay of what happened while nothing could reach us', async () => {
    const [during, after] = [NOW + 20 * DAY, NOW + 20 * DAY + HOUR]
    await write([
      ...[1, 2, 3].map((ms) => ({ number: 'o', at: after + ms, delayMs: HOUR, status: 'sent' })),
      { number: 'o', at: after + 4, delayMs: 2_000, status: 'sent' },
    ])
    const of = async (outages: Parameters<typeof readActivity>[2]) => {
      const rows = await readActivity(scratch, after, outages)
      return rows.map(({ delayMs, events, timed }) => [events, timed, delayMs])
    }
    expect(await of([])).toEqual([[4, 4, HOUR]])
    expect(await of([{ fromMs: during, toMs: after - MINUTE }])).toEqual([[4, 1, 2_000]])
  })

  it('shows how far the rows have come', async () => {
    for (const atMs of [NOW + 2 * HOUR, NOW + 2 * DAY]) {
      const progress = await readProgress(scratch, atMs)
      expect(progress).toMatchObject({ newestMs: NOW + HOUR, hasCanary: true })
      expect(Math.abs(progress.serverMs - Date.now())).toBeLessThan(HOUR)
    }
    const later = await readProgress(scratch, NOW + WEEK)
    expect(later).toMatchObject({ newestMs: 0, hasCanary: false })
    // A clock that is far ahead says nothing of how far the others are.
    await write([{ number: 'a', at: NOW + 100 * DAY }])
    // What we did ourselves came through no ingestor.
    await write([{ number: 'a', at: NOW + 90 * MINUTE, type: 'MessageMarkedRead' }])
    expect(await readProgress(scratch, NOW + 2 * HOUR)).toMatchObject({ newestMs: NOW + HOUR })
  })

  it('shows when the canary sang, and in which times nothing came at all', async () => {
    const at = NOW + 30 * DAY
    await write([
      ...[0, 1, 60].map((minute) => ({ number: CANARY_NUMBER, at: at + minute * MINUTE })),
      { number: 'a', at: at + 30 * MINUTE },
      { number: 'a', at: at + 15 * MINUTE, type: 'MessageMarkedRead' },
    ])
    expect(await readCanaryTimes(scratch, { fromMs: at, toMs: at + HOUR })).toEqual([
      at,
      at + MINUTE,
    ])
    const ranges = [0, 10, 20, 30].map((minute) => ({
      fromMs: at + minute * MINUTE,
      toMs: at + (minute + 15) * MINUTE,
    }))
    expect(await findEmptyRanges(scratch, ranges)).toEqual([ranges[1], ranges[3]])
    expect(await findEmptyRanges(scratch, [])).toEqual([])
  })

  it('tells what failed, by code, of how many messages', async () => {
    const at = NOW + 10 * DAY
    await write([
      ...[1, 2, 3].map((ms) => ({ number: 'f', at: at + ms, status: 'failed', codes: [131026] })),
      { number: 'f', at, status: 'failed', codes: [131047, 131026] },
      { number: 'f', at, status: 'sent' },
      { number: 'f', at: at - WEEK, status: 'failed', codes: [131026] },
    ])
    const rows = await readFailedHours(scratch, at)
    expect(rows).toHaveLength(3)
    expect(rows).toEqual(
      expect.arrayContaining([
        { number: 'f', hourMs: at, code: 131026, failed: 4, messages: 5 },
        { number: 'f', hourMs: at, code: 131047, failed: 1, messages: 5 },
        { number: 'f', hourMs: at - WEEK, code: 131026, failed: 1, messages: 0 },
      ]),
    )
  })
})

describe('messages that were sent', () => {
  const columns = [
    'number',
    'anchor_day',
    'message_id',
    'outbound',
    'live',
    'rungs',
    'sent_at',
    'delivered_at',
    'read_at',
    'failed',
    'price',
  ]
  interface Sent {
    readonly afterMs: number | null
    readonly atMs: number
    readonly failed?: boolean
    readonly isRead?: boolean
  }
  const row = (id: string, { afterMs, atMs, failed = false, isRead = false }: Sent) => {
    const provedAt = afterMs === null ? null : atMs + afterMs
    const times = isRead ? [null, provedAt] : [provedAt, null]
    const rungs = afterMs === null ? 1 : 3
    const price = [1, 'PMP', 'regular', 'utility', 1]
    return [`t`, Math.floor(atMs / DAY), id, true, true, rungs, atMs, ...times, failed, price]
  }
  const lateBy = (ms: number, late: readonly number[]) => late[deliverySteps.indexOf(ms)]

  it('are late if they were not delivered in the time, by hour and by week', async () => {
    const { client, database } = scratch
    const hour = NOW - 3 * HOUR
    const lines = [
      ...Array.from({ length: 97 }, (_, index) => row(`q${index}`, { afterMs: 3_000, atMs: hour })),
      row('late', { afterMs: 2 * HOUR, atMs: hour }),
      row('never', { afterMs: null, atMs: hour }),
      row('read', { afterMs: 4_000, atMs: hour, isRead: true }),
      row('refused', { afterMs: null, atMs: hour, failed: true }),
      row('next', { afterMs: null, atMs: NOW - HOUR }),
      row('future', { afterMs: null, atMs: NOW + HOUR }),
      row('old', { afterMs: 9 * MINUTE, atMs: NOW - 9 * DAY }),
      row('old and lost', { afterMs: null, atMs: NOW - 9 * DAY }),
    ].map((cells) => JSON.stringify(cells))
    for (let times = 0; times < 2; times += 1) {
      await client.insert({ database, table: 'message_timeline', columns }, [
        Buffer.from(lines.join('\n')),
      ])
    }
    const rows = await readSentHours(scratch, NOW)
    const known = rows.toSorted((left, right) => left.hourMs - right.hourMs)
    expect(known.map(({ hourMs, messages }) => [hourMs, messages])).toEqual([
      [hour, 100],
      [NOW - HOUR, 1],
    ])
    const late = known[0]?.late ?? []
    expect([5, 120, 180].map((minutes) => lateBy(minutes * MINUTE, late))).toEqual([2, 1, 1])
    // What is in trouble now is not what is usual.
    const usual = await readUsualDeliveries(scratch, NOW - 2 * DAY)
    expect(usual).toMatchObject([{ number: 't', messages: 2, nearlyAllMs: 9 * MINUTE }])
    expect(lateBy(5 * MINUTE, usual[0]?.late ?? [])).toBe(2)
    expect(lateBy(10 * MINUTE, usual[0]?.late ?? [])).toBe(1)
  })
})

describe('what the provider reports', () => {
  const hour = { startMs: NOW, endMs: NOW + HOUR }

  it('are errors about no message, by code', async () => {
    const { client, database } = scratch
    const columns = ['number', 'received_at', 'raw_offset', 'source', 'code']
    const lines = [
      ['a', NOW, 1, 'out_of_band', 131031],
      ['a', NOW + 1, 2, 'out_of_band', 131031],
      ['', NOW + 2, 3, 'out_of_band', null],
      ['a', NOW, 4, 'status', 131026],
      ['a', NOW + HOUR, 5, 'out_of_band', 130429],
    ].map((cells) => JSON.stringify(cells))
    await client.insert({ database, table: 'errors', columns }, [Buffer.from(lines.join('\n'))])
    const rows = await readOutOfBand(scratch, hour)
    expect(rows).toHaveLength(2)
    expect(rows).toEqual(
      expect.arrayContaining([
        { number: 'a', code: 131031, errors: 2, firstMs: NOW },
        { number: '', code: null, errors: 1, firstMs: NOW + 2 },
      ]),
    )
  })

  it('are account events, each when it first came, with the number where it is known', async () => {
    const { client, database } = scratch
    await client.insert(
      {
        database,
        table: 'numbers',
        columns: ['number', 'account_id', 'display_number', 'last_day'],
      },
      [Buffer.from(JSON.stringify(['106', 'waba', '15550783881', Math.floor(NOW / DAY)]))],
    )
    const columns = [
      'field',
      'received_at',
      'raw_offset',
      'account_id',
      'event',
      'event_at',
      'event_id',
      'payload',
    ]
    const flagged = JSON.stringify({ display_phone_number: '+1 555-078-3881', event: 'FLAGGED' })
    const paused = JSON.stringify({
      message_template_name: 'spring',
      message_template_language: 'en',
      event: 'PAUSED',
    })
    const restricted = JSON.stringify({
      phone_number: '+1 555-078-3881',
      restriction_info: [
        { restriction_type: 'X', expiration: 1_781_600_000 },
        { restriction_type: 'Y', expiration: '2026-06-16T10:53:20+0000' },
      ],
      ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE' },
    })
    const open = JSON.stringify({ restriction_info: [{ expiration: 1_781_600_000 }, {}] })
    const limit = JSON.stringify({ max_daily_conversations_per_business: 2_000 })
    const of = (field: string, at: number, event: readonly [string, string], payload: string) => {
      offset += 1
      return [field, at, offset, 'waba', event[0], NOW, event[1], payload]
    }
    const quality = 'phone_number_quality_update'
    const lines = [
      of(quality, NOW + 5, ['FLAGGED', 'e1'], flagged),
      of(quality, NOW + 9, ['FLAGGED', 'e1'], flagged),
      of('message_template_status_update', NOW + 6, ['PAUSED', 'e2'], paused),
      of('account_update', NOW + 7, ['ACCOUNT_RESTRICTION', 'e3'], restricted),
      of('message_template_status_update', NOW - DAY, ['PAUSED', 'e4'], paused),
      of('message_template_status_update', NOW + 8, ['PAUSED', 'e4'], paused),
      of('flows', NOW + 8, ['OTHER', 'e5'], '{}'),
      of('account_update', NOW - 5 * DAY, ['ACCOUNT_RESTRICTION', 'e6'], open),
      of('account_update', NOW - 100 * DAY, ['ACCOUNT_RESTRICTION', 'e7'], open),
      of('business_capability_update', NOW - 100 * DAY, ['', 'e8'], limit),
    ].map((cells) => JSON.stringify(cells))
    await client.insert({ database, table: 'account_events', columns }, [
      Buffer.from(lines.join('\n')),
    ])
    const fields = [
      quality,
      'account_update',
      'message_template_status_update',
      'business_capability_update',
    ]
    const rows = await readReports(scratch, { startMs: NOW - WEEK, endMs: NOW + HOUR }, fields)
    expect(rows).toHaveLength(6)
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'FLAGGED', number: '106', displayNumber: '15550783881' }),
        expect.objectContaining({
          event: 'PAUSED',
          template: 'spring',
          language: 'en',
          number: '',
        }),
        expect.objectContaining({
          atMs: NOW,
          event: 'ACCOUNT_RESTRICTION',
          account: 'waba',
          banState: 'SCHEDULE_FOR_DISABLE',
          number: '106',
          untilMs: 1_781_607_200_000,
        }),
        expect.objectContaining({ event: 'ACCOUNT_RESTRICTION', untilMs: null }),
        expect.objectContaining({ field: 'business_capability_update', limit: 'TIER_2K' }),
      ]),
    )
  })
})

describe('the log of detections', () => {
  const silent: LoggedDetection = {
    kind: 'number_silent',
    number: 'a',
    subject: '',
    sinceMs: NOW,
    endedMs: null,
    reason: 'nothing came',
    figures: { week_1_before: 212.5 },
  }

  it('has one row of each, however often it was detected, and whoever did', async () => {
    const { client, views } = scratch
    const ended = { ...silent, endedMs: NOW + HOUR }
    await logDetections(client, [silent, { ...silent, number: 'b' }], views)
    await logDetections(client, [ended], views)
    // A process that was started again begins with what it detected before.
    await logDetections(client, [silent], views)
    const read = (sinceMs: number) => readDetections(client, { database: views, sinceMs })
    expect(await read(NOW)).toEqual([ended, { ...silent, number: 'b' }])
    expect(await read(NOW + 2 * HOUR)).toEqual([{ ...silent, number: 'b' }])
    expect(
      await client.query(`SELECT number, ended_at IS NULL AS open, figures['week_1_before'] AS week
        FROM ${views}.detections ORDER BY number`),
    ).toEqual([
      { number: 'a', open: 0, week: 212.5 },
      { number: 'b', open: 1, week: 212.5 },
    ])
  })

  it('is there in the database for analysis, too', async () => {
    const { client, views } = scratch
    expect(
      await client.query(`SELECT kind, reason FROM ${views}_analysis.detections`),
    ).toHaveLength(2)
  })
})
