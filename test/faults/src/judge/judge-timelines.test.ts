import { describe, expect, it } from '@jest/globals'
import { type MessageTimeline } from '@wabastream/contracts'
import { toStored, type TopicTimeline } from '@wabastream/end-to-end'
import { type Fact, readFacts } from '@wabastream/testing'
import { judgeTopicTimelines } from './judge-timelines.ts'

const DAY_MS = 86_400_000
const NOON = Date.UTC(2026, 4, 1, 12)
const KEY = '1:1,1:m,0:,'
const NOTHING = { lost: [], doubled: [], differing: [] }

function reported(status: string, receivedAtMs: number, id = 'm'): readonly Fact[] {
  const statuses = [{ id, status, timestamp: String(NOON / 1_000), recipient_id: '49' }]
  const value = { metadata: { phone_number_id: '1' }, statuses }
  return readFacts(
    { entry: [{ changes: [{ field: 'messages', value }] }] },
    { flatNumber: '9', nowMs: receivedAtMs },
  )
}

/** What becomes of `reported('sent', NOON)`. */
const sent: MessageTimeline = {
  number: '1',
  messageId: 'm',
  participant: '',
  inbound: false,
  outbound: true,
  rungs: 1,
  sentAt: NOON,
  deliveredAt: null,
  readAt: null,
  playedAt: null,
  failed: false,
  failedAt: null,
  failureCode: null,
  messageAt: null,
  messageType: null,
  historical: false,
  deleted: false,
  deletedAt: null,
  warned: false,
  edited: false,
  editedAt: null,
  revoked: false,
  revokedAt: null,
  replied: false,
  repliedAt: null,
  inReplyTo: null,
  reactedAt: null,
  reaction: null,
  paymentStatus: null,
  paymentAt: null,
  conversationId: null,
  conversationOrigin: null,
  pricingModel: null,
  pricingType: null,
  pricingCategory: null,
  billable: null,
  callbackData: null,
  contactId: '49',
  contactUserId: null,
  groupId: null,
  firstReceivedAt: NOON,
  lastReceivedAt: NOON,
  anchorDay: 20_574,
  headless: false,
  laterTimes: [],
  live: true,
  accountId: null,
  displayNumber: null,
  contactParentUserId: null,
  username: null,
  reactions: [],
  echoed: false,
  priceRank: 0,
  businessReplied: false,
  businessRepliedAt: null,
  templateName: null,
  templateCategory: null,
  markedRead: false,
  markedReadAt: null,
}

function inTopic(given: Partial<MessageTimeline> = {}): TopicTimeline {
  return { partition: 0, key: KEY, timeline: toStored({ ...sent, ...given }) }
}

const tombstone: TopicTimeline = { partition: 0, key: KEY, timeline: undefined }

function otherThan(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return [{ rung: 'sent', at: NOON + 1 }]
  return typeof value === 'number' ? value + 1 : 'x'
}

describe('the judge of the timelines topic', () => {
  it('finds nothing in what is as reported', () => {
    expect(judgeTopicTimelines(reported('sent', NOON), [inTopic()])).toEqual(NOTHING)
  })

  it('sees each field that differs, except the two that depend on the order', () => {
    const unseen = Object.entries(sent).filter(([field, value]) => {
      const found = inTopic({ [field]: otherThan(value) })
      const { differing, doubled, lost } = judgeTopicTimelines(reported('sent', NOON), [found])
      return [...differing, ...doubled, ...lost].length === 0
    })
    expect(unseen.map(([field]) => field)).toEqual(['anchorDay', 'headless'])
  })

  it('misses a message that is not there, and one that was forgotten too early', () => {
    const lost = ['timeline in the topic ["1","m",""]']
    expect(judgeTopicTimelines(reported('sent', NOON), [])).toEqual({ ...NOTHING, lost })
    expect(judgeTopicTimelines(reported('sent', NOON), [tombstone])).toEqual({ ...NOTHING, lost })
  })

  it('accepts that a message without news for longer than the expiry is forgotten', () => {
    const later = reported('sent', NOON + 46 * DAY_MS, 'n')
    const other = inTopic({
      messageId: 'n',
      firstReceivedAt: NOON + 46 * DAY_MS,
      lastReceivedAt: NOON + 46 * DAY_MS,
    })
    const found = [tombstone, { ...other, key: '1:1,1:n,0:,' }]
    expect(judgeTopicTimelines([...reported('sent', NOON), ...later], found)).toEqual(NOTHING)
  })

  it('expects a message that began again to say what was reported since', () => {
    const lateMs = NOON + 46 * DAY_MS
    const facts = [...reported('delivered', lateMs), ...reported('sent', NOON)]
    const again = {
      rungs: 2,
      sentAt: null,
      deliveredAt: NOON,
      firstReceivedAt: lateMs,
      lastReceivedAt: lateMs,
    }
    expect(judgeTopicTimelines(facts, [inTopic(again)])).toEqual(NOTHING)
    const { differing } = judgeTopicTimelines(facts, [inTopic({ ...again, sentAt: NOON })])
    expect(differing).toEqual([`in the topic ["1","m",""] sentAt: expected null, stored ${NOON}`])
  })

  it('finds what nobody reported, and what is under two keys or in two partitions', () => {
    const facts = reported('sent', NOON)
    const ghost = { ...inTopic({ messageId: 'ghost' }), key: '1:1,5:ghost,0:,' }
    expect(judgeTopicTimelines(facts, [inTopic(), ghost]).doubled).toEqual([
      'timeline in the topic ["1","ghost",""]',
    ])
    expect(
      judgeTopicTimelines(facts, [inTopic(), { ...tombstone, key: '1:1,1:x,0:,' }]).doubled,
    ).toEqual(["timeline under another's key 1:1,1:x,0:,"])
    expect(
      judgeTopicTimelines(facts, [inTopic(), { ...inTopic(), partition: 1 }]).doubled,
    ).toContain(`timeline in two partitions ${KEY}`)
  })
})
