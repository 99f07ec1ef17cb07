import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type MessageEvent, type MessageTimeline } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import {
  aPayment,
  arbitraryMessageEvent,
  aReaction,
  aReceivedMessage,
  anEnvelope,
  aStatus,
} from '@wabastream/testing'
import fc from 'fast-check'
import { toTimelineRow } from '../rows/timeline-row.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'

const DAY = 86_400_000
const JANUARY_31 = Date.UTC(2026, 0, 31, 23, 59, 58)
const toDay = (ms: number) => Math.floor(ms / DAY)

/** The timeline after each event, as the processor would emit it. */
function timelinesOf(events: readonly MessageEvent[]): readonly MessageTimeline[] {
  let timeline: MessageTimeline | undefined
  return events.map((event) => {
    timeline = evolve(timeline ?? initialTimeline(event), event)
    return timeline
  })
}

const statusAt = (status: string, ms: number, given: Parameters<typeof aStatus>[2] = {}) =>
  aStatus(status, { receivedAt: ms + 900, providerTime: ms }, given)

describe('view messages', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())
  beforeEach(() => scratch.emptyTimelines())

  const insert = (timelines: readonly MessageTimeline[], anchorDay?: number) =>
    scratch.insert(
      timelines.map((timeline) => ({
        table: 'message_timeline',
        cells: toTimelineRow(timeline, anchorDay),
      })),
    )
  const select = <T>(columns: string, view = 'messages') =>
    scratch.client.query<T>(`SELECT ${columns} FROM ${scratch.views}.${view}`)

  it('shows one row per message however often and in whatever order timelines came', async () => {
    const timelines = timelinesOf([
      statusAt('sent', JANUARY_31),
      statusAt('delivered', JANUARY_31 + 1_000),
      statusAt('read', JANUARY_31 + 5_000),
    ])
    await insert([...timelines].reverse())
    await insert(timelines.slice(0, 2))
    for (const timeline of timelines) await insert([timeline])
    const columns = 'direction, status, sent_at, delivered_at, read_at, sent_to_read_ms, rungs'
    expect(await select(columns)).toEqual([
      {
        direction: 'outbound',
        status: 'read',
        sent_at: '2026-01-31 23:59:58.000',
        delivered_at: '2026-01-31 23:59:59.000',
        read_at: '2026-02-01 00:00:03.000',
        sent_to_read_ms: 5_000,
        rungs: 7,
      },
    ])
  })

  it('keeps a message from the end of a month in one row when it is read in the next month', async () => {
    const timelines = timelinesOf([
      statusAt('sent', JANUARY_31),
      statusAt('read', JANUARY_31 + 3 * DAY),
    ])
    for (const timeline of timelines) await insert([timeline])
    expect(await select('anchor_day, status, sent_to_read_ms')).toEqual([
      { anchor_day: '2026-01-31', status: 'read', sent_to_read_ms: 3 * DAY },
    ])
  })

  it('joins a headless timeline to its older self under the older day, counted once', async () => {
    const [sent] = timelinesOf([statusAt('sent', JANUARY_31)])
    const [headless] = timelinesOf([statusAt('read', JANUARY_31 + 60 * DAY)])
    if (sent === undefined || headless === undefined) throw new Error('no timelines')
    await insert([sent])
    await insert([headless], toDay(JANUARY_31))
    expect(await select('status, delivered_implied, headless, sent_to_read_ms')).toEqual([
      { status: 'read', delivered_implied: true, headless: false, sent_to_read_ms: 60 * DAY },
    ])
    expect(await select('hour, messages, sent, delivered, read', 'funnel_hourly')).toEqual([
      { hour: '2026-01-31 23:00:00', messages: 1, sent: 1, delivered: 1, read: 1 },
    ])
  })

  it('shows what is not known as null, never as 1970', async () => {
    await insert(timelinesOf([aStatus('sent', { providerTime: null, timeProblem: 'missing' })]))
    expect(
      await select(
        'sent_at, delivered_at, failed_at, reacted_at, reaction, payment_at, ' +
          'failure_code, billable, sent_to_read_ms, started_at',
      ),
    ).toEqual([
      {
        sent_at: null,
        delivered_at: null,
        failed_at: null,
        reacted_at: null,
        reaction: null,
        payment_at: null,
        failure_code: null,
        billable: null,
        sent_to_read_ms: null,
        started_at: '2026-05-01 12:00:00.000',
      },
    ])
  })

  it('calls a message failed only while nothing proves its delivery', async () => {
    const errors = [{ code: 131026, title: null, message: null, details: null, href: null }]
    const events = [
      statusAt('sent', JANUARY_31),
      statusAt('failed', JANUARY_31 + 1_000, { errors }),
      statusAt('delivered', JANUARY_31 + 2_000),
    ]
    await insert(timelinesOf(events.slice(0, 2)))
    expect(
      await select('code, meaning, who_can_act, retryable, status, conflict', 'failures'),
    ).toEqual([
      {
        code: 131026,
        meaning: 'Not deliverable: no account, old app or terms not accepted',
        who_can_act: 'customer',
        retryable: false,
        status: 'failed',
        conflict: false,
      },
    ])
    await insert(timelinesOf(events))
    expect(await select('status, failed, conflict')).toEqual([
      { status: 'delivered', failed: true, conflict: true },
    ])
    expect(await select('failed, conflicts, delivered', 'funnel_hourly')).toEqual([
      { failed: 0, conflicts: 1, delivered: 1 },
    ])
  })

  it('keeps the last reaction, and the furthest payment with its first time', async () => {
    const at = (ms: number) => ({ receivedAt: JANUARY_31 + ms, providerTime: JANUARY_31 + ms })
    const timelines = timelinesOf([
      aReaction('👍', at(1_000)),
      aReaction(null, at(3_000)),
      aReaction('❤️', at(2_000)),
      aPayment('pending', at(1_000)),
      aPayment('captured', at(5_000)),
      aPayment('captured', at(4_000)),
      aPayment('failed', at(9_000)),
    ])
    for (const timeline of [...timelines].reverse()) await insert([timeline])
    expect(await select('reaction, reacted_at, payment_status, payment_at')).toEqual([
      {
        reaction: null,
        reacted_at: '2026-02-01 00:00:01.000',
        payment_status: 'captured',
        payment_at: '2026-02-01 00:00:02.000',
      },
    ])
  })

  it('shows the reactions that stand as the fold does, whichever ids a person is named by', async () => {
    const ids = fc.constantFrom(null, '491', '492')
    const reacted = fc.record({
      actorId: ids,
      actorUserId: fc.constantFrom(null, 'DE.1', 'DE.2'),
      fromBusiness: fc.integer({ max: 4, min: 0 }).map((one) => one === 0),
      emoji: fc.constantFrom(null, '👍', '🎉'),
      second: fc.nat(5),
    })
    const lives = fc.tuple(
      ...Array.from({ length: 60 }, () => fc.array(reacted, { minLength: 1, maxLength: 6 })),
    )
    await fc.assert(
      fc.asyncProperty(lives, async (given) => {
        await scratch.emptyTimelines()
        const timelines = given.map((acts, index) =>
          timelinesOf(
            acts.map(({ second, emoji, ...actor }): MessageEvent => {
              const providerTime = JANUARY_31 + second * 1_000
              const { data } = aReaction(emoji, { providerTime, receivedAt: JANUARY_31 })
              const targetMessageId = `wamid.R${index}`
              return { type: 'MessageReacted', data: { ...data, ...actor, targetMessageId } }
            }),
          ),
        )
        await insert(timelines.flat())
        const shown = await select<{ readonly message_id: string }>(
          'message_id, reaction, reacted_at',
        )
        expect(new Map(shown.map((row) => [row.message_id, row]))).toEqual(
          new Map(
            timelines
              .flatMap((life) => life.slice(-1))
              .map(({ messageId, reactedAt, reaction }) => [
                messageId,
                { message_id: messageId, reaction, reacted_at: iso(reactedAt) },
              ]),
          ),
        )
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  it('takes message ids with any characters', async () => {
    const messageIds = ['nul\0inside', 'quote\'"\\', 'lone\ud800', 'emoji👍', 'x'.repeat(5_000), '']
    await insert(
      messageIds.flatMap((messageId) =>
        timelinesOf([
          aReceivedMessage({ messageId, envelope: anEnvelope({ receivedAt: JANUARY_31 }) }),
        ]),
      ),
    )
    const rows = await select<{ readonly message_id: string }>('message_id, status, direction')
    expect(rows.map(({ message_id: id }) => id).toSorted()).toEqual(
      messageIds.map((id) => id.toWellFormed()).toSorted(),
    )
  })

  it('shows the last timeline for any events, repetitions and batch borders', async () => {
    const lives = fc.tuple(
      ...Array.from({ length: 25 }, (_, index) =>
        fc.array(arbitraryMessageEvent(`wamid.P${index}`), { minLength: 1, maxLength: 10 }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(lives, fc.infiniteStream(fc.nat()), async (events, random) => {
        await scratch.emptyTimelines()
        const timelines = events.map(timelinesOf)
        const next = () => random.next().value ?? 0
        const all = [...timelines, ...timelines].flat()
        const shuffled = all
          .map((timeline) => ({ timeline, place: next() }))
          .toSorted((left, right) => left.place - right.place)
          .map(({ timeline }) => timeline)
        for (let from = 0; from < shuffled.length;) {
          const count = 1 + (next() % 100)
          await insert(shuffled.slice(from, from + count))
          from += count
        }
        const shown = await select<{ readonly message_id: string }>(`message_id, ${SHOWN}`)
        expect(new Map(shown.map((row) => [row.message_id, row]))).toEqual(
          new Map(
            timelines
              .flatMap((life) => life.slice(-1))
              .map((last) => [last.messageId, toldOf(last)]),
          ),
        )
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
})

const iso = (ms: number | null) =>
  ms === null ? null : new Date(ms).toISOString().replace('T', ' ').replace('Z', '')

/** Text is never null. */
const orBlank = (text: string | null) => text ?? ''

const SHOWN =
  'rungs, failed, failed_at, failure_code, sent_at, read_at, played_at, message_at, ' +
  'message_type, historical, deleted, deleted_at, warned, edited, edited_at, revoked, ' +
  'revoked_at, replied, replied_at, in_reply_to, reacted_at, reaction, payment_status, ' +
  'payment_at, ' +
  'conversation_id, pricing_category, billable, callback_data, contact_id, contact_user_id, ' +
  'contact_parent_user_id, username, account_id, display_number, business_replied, ' +
  'business_replied_at, echoed, pricing_model, pricing_type, ' +
  'group_id, first_received_at, last_received_at, headless'

function toldOf(last: MessageTimeline) {
  return {
    message_id: last.messageId,
    rungs: last.echoed ? last.rungs | 1 : last.rungs,
    failed: last.failed,
    failed_at: iso(last.failedAt),
    failure_code: last.failureCode,
    sent_at: iso(last.echoed ? (last.messageAt ?? last.sentAt) : last.sentAt),
    read_at: iso(last.readAt),
    played_at: iso(last.playedAt),
    message_at: iso(last.messageAt),
    message_type: orBlank(last.messageType),
    historical: last.historical && !last.live,
    deleted: last.deleted,
    deleted_at: iso(last.deletedAt),
    warned: last.warned,
    edited: last.edited,
    edited_at: iso(last.editedAt),
    revoked: last.revoked,
    revoked_at: iso(last.revokedAt),
    replied: last.replied,
    replied_at: iso(last.repliedAt),
    in_reply_to: orBlank(last.inReplyTo),
    reacted_at: iso(last.reactedAt),
    reaction: last.reaction,
    payment_status: orBlank(last.paymentStatus),
    payment_at: iso(last.paymentAt),
    conversation_id: orBlank(last.conversationId),
    pricing_category: orBlank(last.pricingCategory),
    billable: last.billable,
    callback_data: orBlank(last.callbackData),
    contact_id: orBlank(last.contactId),
    contact_user_id: orBlank(last.contactUserId),
    contact_parent_user_id: orBlank(last.contactParentUserId),
    username: orBlank(last.username),
    account_id: orBlank(last.accountId),
    display_number: orBlank(last.displayNumber),
    business_replied: last.businessReplied,
    business_replied_at: iso(last.businessRepliedAt),
    echoed: last.echoed,
    pricing_model: orBlank(last.pricingModel),
    pricing_type: orBlank(last.pricingType),
    group_id: orBlank(last.groupId),
    first_received_at: iso(last.firstReceivedAt),
    last_received_at: iso(last.lastReceivedAt),
    headless: last.headless,
  }
}
