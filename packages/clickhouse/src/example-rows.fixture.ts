import { type MessageEvent, type StatusTransition } from '@wabastream/contracts'
import { decideTransitions, evolve, initialTimeline } from '@wabastream/domain'
import { anEnvelope, aReceivedMessage, aStatus } from '@wabastream/testing'
import { toTimelineRow } from './rows/timeline-row.ts'
import { type PlainRecord, type TableRow, toTableRows } from './rows/to-table-rows.ts'

const EXPIRY_MS = 45 * 86_400_000
const HOUR = 3_600_000
const business = { accountId: '10', displayNumber: '15550783881' } as const
const contact = {
  recipientId: '491700000001',
  pricingCategory: 'utility',
  pricingType: 'regular',
  billable: true,
  callbackData: 'spring',
} as const
const failure = [{ code: 131026, title: null, message: null, details: null, href: null }]

/** Type, content, and what no field holds. */
const contents: readonly (readonly [string, unknown, unknown?])[] = [
  ['image', { id: '5', mime_type: 'image/png', sha256: 'x', caption: 'look' }],
  ['button', { text: 'Yes', payload: 'yes' }],
  [
    'interactive',
    {
      type: 'nfm_reply',
      nfm_reply: { name: 'flow', response_json: '{"flow_token":"t","age":"9"}' },
    },
  ],
  [
    'order',
    {
      catalog_id: '7',
      product_items: [
        { product_retailer_id: 'tea', quantity: 2, item_price: 3.5, currency: 'EUR' },
      ],
    },
  ],
  ['location', { latitude: 52.5, longitude: 13.4, name: 'home' }],
  ['contacts', [{ name: { formatted_name: 'Bob' }, phones: [{ phone: '+49 1', wa_id: '491' }] }]],
  ['text', { body: 'hi' }, { referral: { source_id: '99', headline: 'Tea', ctwa_clid: 'c' } }],
]

const accountEvents: readonly (readonly [string, unknown])[] = [
  [
    'calls',
    {
      calls: [
        {
          id: 'wacid.1',
          from: '491700000001',
          event: 'connect',
          direction: 'USER_INITIATED',
          timestamp: '1767225600',
        },
      ],
    },
  ],
  [
    'user_preferences',
    {
      user_preferences: [
        {
          wa_id: '491700000001',
          category: 'marketing_messages',
          value: 'stop',
          timestamp: 1_767_225_600,
        },
      ],
    },
  ],
  ['account_review_update', { decision: 'APPROVED', decided_by: 'nobody knows' }],
]

/** Something for every view; recent, as queries ask for the last days. */
export function exampleRows(generation: number): readonly TableRow[] {
  const now = Date.now()
  const status = (word: string, hoursAgo: number, offset: number) => {
    const at = now - hoursAgo * HOUR
    return aStatus(
      word,
      { receivedAt: at, providerTime: at, rawOffset: offset, ...business },
      { messageId: 'wamid.EXAMPLE', ...contact },
    )
  }
  const other = (word: string, hoursAgo: number, messageId: string) => {
    const at = now - hoursAgo * HOUR
    return aStatus(
      word,
      { receivedAt: at, providerTime: at, rawOffset: hoursAgo * 100, ...business },
      { messageId, ...contact, errors: word === 'failed' ? failure : [] },
    )
  }
  return [
    ...rowsOf([status('sent', 5, 1), status('delivered', 4, 2), status('read', 3, 3)]),
    ...rowsOf([other('sent', 30, 'wamid.STUCK')]),
    ...rowsOf([other('sent', 0.5, 'wamid.ANSWER')]),
    ...rowsOf([other('sent', 7, 'wamid.FAILED'), other('failed', 6, 'wamid.FAILED')]),
    ...rowsOf([
      aReceivedMessage({
        messageId: 'wamid.IN',
        fromId: '491700000001',
        fromUserId: 'DE.1',
        text: 'hello',
        content: '{"body":"hello"}',
        envelope: anEnvelope({ receivedAt: now - HOUR, providerTime: now - HOUR, rawOffset: 9 }),
      }),
    ]),
    ...contents.flatMap(([messageType, content, unread], index) =>
      rowsOf([
        aReceivedMessage({
          messageId: `wamid.CONTENT${index}`,
          fromId: '491700000001',
          fromUserId: 'DE.1',
          messageType,
          content: JSON.stringify(content),
          unread: unread === undefined ? null : JSON.stringify(unread),
          envelope: anEnvelope({
            receivedAt: now - HOUR / 2,
            providerTime: now - HOUR / 2,
            rawOffset: 20 + index,
            eventId: `content ${index}`,
          }),
        }),
      ]),
    ),
    ...otherRecords(now, generation).flatMap((record) =>
      toTableRows(record, { partition: 0, offset: 0 }),
    ),
  ]
}

function rowsOf(events: readonly MessageEvent[]): readonly TableRow[] {
  const rows: TableRow[] = []
  const position = { partition: 0, offset: 0 }
  let timeline: ReturnType<typeof evolve> | undefined
  for (const event of events) {
    const before = timeline
    timeline = evolve(before ?? initialTimeline(event), event)
    const transitions = decideTransitions({ before, after: timeline, event, expiryMs: EXPIRY_MS })
    rows.push(
      ...toTableRows(event, position),
      { table: 'message_timeline', cells: toTimelineRow(timeline) },
      ...transitions.flatMap((data: StatusTransition) =>
        toTableRows({ type: 'StatusTransition', data }, position),
      ),
    )
  }
  return rows
}

function otherRecords(now: number, generation: number): readonly PlainRecord[] {
  const receivedAt = now - HOUR
  const envelope = anEnvelope({ receivedAt, providerTime: receivedAt, rawOffset: 4 })
  const verdict = {
    offsetDelta: 0,
    receiptId: 'r',
    channel: 'main',
    receivedAt,
    bytes: 700,
    verdict: 'decoded',
    messages: 0,
    statuses: 1,
    errors: 0,
    otherFields: 0,
    events: 1,
    deadLetters: 0,
  } as const
  const [error] = failure
  if (error === undefined) throw new Error('no error')
  return [
    {
      type: 'ErrorReported',
      data: { envelope: { ...envelope, itemIndex: 1 }, error, unread: null },
    },
    {
      type: 'AccountEventReceived',
      data: {
        envelope,
        field: 'message_template_status_update',
        accountId: '10',
        event: 'REJECTED',
        payload:
          '{"message_template_id":7,"message_template_name":"spring","reason":"PROMOTIONAL"}',
      },
    },
    {
      type: 'AccountEventReceived',
      data: {
        envelope: { ...envelope, eventId: '1'.repeat(32), itemIndex: 2 },
        field: 'phone_number_quality_update',
        accountId: '10',
        event: 'FLAGGED',
        payload: '{"display_phone_number":"15550783881","current_limit":"TIER_1K"}',
      },
    },
    ...accountEvents.map(([field, payload], index): PlainRecord => ({
      type: 'AccountEventReceived',
      data: {
        envelope: anEnvelope({ receivedAt, providerTime: receivedAt, rawOffset: 40 + index }),
        field,
        accountId: '10',
        event: null,
        payload: JSON.stringify(payload),
      },
    })),
    { type: 'WebhooksDecoded', data: { rawPartition: 0, firstOffset: 4, verdicts: [verdict] } },
    {
      type: 'DeadLetter',
      data: {
        reason: 'not_json',
        detail: 'unexpected end',
        stage: 'decoder',
        generation,
        topic: 'raw',
        partition: 0,
        offset: 8,
        itemIndex: -1,
        receiptId: 'r',
        channel: 'main',
        receivedAt,
        attempts: 1,
        firstSeenAt: null,
        redrivenAt: null,
        destination: '',
        body: Buffer.from('{'),
      },
    },
  ]
}
