import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { areCasesNamed, readCase } from './reported-cases.ts'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'

type Row = Readonly<Record<string, unknown>>

interface ReportedCase {
  /** How the name of its file begins. */
  readonly file: string
  readonly title: string
  /** A query, and the rows that it must have. */
  readonly answers: readonly (readonly [query: string, rows: readonly Row[]])[]
}

const cases: readonly ReportedCase[] = [
  {
    file: '01',
    title: 'a history that names no recipient: who sent it is decided by the ids',
    answers: [
      [
        'SELECT message_id, direction, status, contact_id FROM wa.messages ORDER BY message_id',
        [
          {
            message_id: 'wamid.HB1',
            direction: 'outbound',
            status: 'read',
            contact_id: '15550177001',
          },
          {
            message_id: 'wamid.HC1',
            direction: 'inbound',
            status: 'received',
            contact_id: '15550177001',
          },
        ],
      ],
    ],
  },
  {
    file: '02',
    title: 'a medium that follows its placeholder is what it is',
    answers: [
      ['SELECT message_type FROM wa.messages', [{ message_type: 'image' }]],
      [
        'SELECT kind, media_id, mime_type, caption FROM wa.media',
        [
          {
            kind: 'image',
            media_id: '2400000000000001',
            mime_type: 'image/jpeg',
            caption: 'the leaf',
          },
        ],
      ],
    ],
  },
  {
    file: '03',
    title: 'a live message that a history repeats stays live',
    answers: [
      [
        'SELECT message_id, historical, status FROM wa.messages ORDER BY message_id',
        [
          { message_id: 'wamid.L1', historical: false, status: 'read' },
          { message_id: 'wamid.L2', historical: false, status: 'received' },
        ],
      ],
      [
        'SELECT sum(messages) AS messages, sum(read) AS read FROM wa.funnel_hourly',
        [{ messages: 1, read: 1 }],
      ],
      ['SELECT sum(messages) AS messages FROM wa.billing', [{ messages: 1 }]],
      ['SELECT sum(received) AS received FROM wa.number_quality', [{ received: 1 }]],
    ],
  },
  {
    file: '04',
    title: 'a changed number is a notice, and both numbers are one person',
    answers: [
      ['SELECT direction FROM wa.messages', [{ direction: 'notice' }]],
      ['SELECT sum(received) AS received FROM wa.number_quality', [{ received: 0 }]],
      ['SELECT count() AS open FROM wa.conversation WHERE window_open', [{ open: 0 }]],
      [
        `SELECT uniqExact(person) AS persons, count() AS ids FROM wa.persons
         WHERE id IN ('15550177001', '15550177002')`,
        [{ persons: 1, ids: 2 }],
      ],
    ],
  },
  {
    file: '05',
    title: 'a changed user id is one customer',
    answers: [
      [
        'SELECT count() AS customers, sum(received) AS received FROM wa.conversation',
        [{ customers: 1, received: 2 }],
      ],
    ],
  },
  {
    file: '07',
    title: "one person's removal leaves another's reaction",
    answers: [
      ["SELECT reaction FROM wa.messages WHERE message_id = 'wamid.GM1'", [{ reaction: '👍' }]],
    ],
  },
  {
    file: '10',
    title: 'a group of three: one message, delivered to three of three',
    answers: [
      [
        'SELECT messages, recipients, delivered, read, delivered_share FROM wa.number_quality',
        [{ messages: 1, recipients: 3, delivered: 3, read: 2, delivered_share: 1 }],
      ],
      [
        `SELECT sum(messages) AS messages, sum(recipients) AS recipients,
           sum(delivered) AS delivered, sum(read) AS read FROM wa.funnel_hourly`,
        [{ messages: 1, recipients: 3, delivered: 3, read: 2 }],
      ],
      [
        'SELECT sum(messages) AS messages, sum(charged) AS charged FROM wa.billing',
        [{ messages: 3, charged: 3 }],
      ],
    ],
  },
  {
    file: '18',
    title: "the portfolio's messaging limit, from either field",
    answers: [
      [
        `SELECT subject_kind, value FROM wa.account_health WHERE aspect = 'messaging_limit'
         ORDER BY subject_kind`,
        [
          { subject_kind: 'account', value: 'TIER_10K' },
          { subject_kind: 'number', value: 'TIER_10K' },
        ],
      ],
      ['SELECT DISTINCT messaging_limit FROM wa.quality_events', [{ messaging_limit: 'TIER_10K' }]],
    ],
  },
  {
    file: '19',
    title: 'a category that changes tomorrow; the approved one is kept',
    answers: [
      [
        `SELECT template, status, category, coming_category,
           toUnixTimestamp(category_changes_at) AS changes_at FROM wa.template_quality`,
        [
          {
            template: 'gym_renewal',
            status: 'APPROVED',
            category: 'UTILITY',
            coming_category: 'MARKETING',
            changes_at: 1_795_946_400,
          },
        ],
      ],
    ],
  },
  {
    file: '20',
    title: 'ids of 18 digits keep every digit',
    answers: [
      [
        'SELECT template_id, template FROM wa.template_quality ORDER BY template_id',
        [
          { template_id: '120000000000000497', template: 'order_ready' },
          { template_id: '120000000000000499', template: 'order_late' },
        ],
      ],
    ],
  },
  {
    file: '21',
    title: "the envelope of 360dialog's partners",
    answers: [
      [
        'SELECT message_id, direction, historical, account_id FROM wa.messages',
        [
          {
            message_id: 'wamid.PH1',
            direction: 'inbound',
            historical: true,
            account_id: '770000000000001',
          },
        ],
      ],
    ],
  },
  {
    file: '25',
    title: 'a reaction that was sent is no undelivered message',
    answers: [
      [
        'SELECT messages, awaited, delivered_share FROM wa.number_quality',
        [{ messages: 1, awaited: 0, delivered_share: null }],
      ],
    ],
  },
  {
    file: '26',
    title: 'an echo without any status was sent, at its own time',
    answers: [
      [
        'SELECT status, toUnixTimestamp(sent_at) AS sent FROM wa.messages',
        [{ status: 'sent', sent: 1_795_860_000 }],
      ],
      ['SELECT sum(sent) AS sent FROM wa.funnel_hourly', [{ sent: 1 }]],
    ],
  },
  {
    file: '28',
    title: 'a payment that was refunded',
    answers: [['SELECT payment_status FROM wa.messages', [{ payment_status: 'refunded' }]]],
  },
  {
    file: '32',
    title: 'what the provider sends again is there once',
    answers: [
      ['SELECT count() AS errors FROM wa.errors', [{ errors: 1 }]],
      ['SELECT count() AS events FROM wa.account_events', [{ events: 1 }]],
      ['SELECT sum(stops) AS stops FROM wa.template_quality', [{ stops: 1 }]],
      ['SELECT count() AS messages FROM wa.messages', [{ messages: 2 }]],
      ['SELECT count() AS contents FROM wa.contents', [{ contents: 1 }]],
      ['SELECT count() AS events FROM wa.message_events', [{ events: 3 }]],
    ],
  },
  {
    file: '34',
    title: 'a status beside a message is about its own recipient',
    answers: [
      [
        `SELECT contact_id, contact_user_id, username FROM wa.messages
         WHERE message_id = 'wamid.MX2'`,
        [{ contact_id: '15550177999', contact_user_id: '', username: '' }],
      ],
    ],
  },
  {
    file: '36',
    title: 'a history that says ERROR says failed',
    answers: [
      [
        'SELECT message_id, status FROM wa.messages ORDER BY message_id',
        [
          { message_id: 'wamid.HE1', status: 'failed' },
          { message_id: 'wamid.HE2', status: 'unknown' },
        ],
      ],
    ],
  },
  {
    file: '41',
    title: 'the price of the delivery, whole',
    answers: [
      [
        'SELECT pricing_category, pricing_type, billable FROM wa.messages',
        [
          {
            pricing_category: 'utility',
            pricing_type: 'free_customer_service',
            billable: false,
          },
        ],
      ],
      [
        'SELECT category, type, free, charged FROM wa.billing',
        [{ category: 'utility', type: 'free_customer_service', free: 1, charged: 0 }],
      ],
    ],
  },
  {
    file: '43',
    title: 'what was refused without a price stands beside the shares by category',
    answers: [
      [
        `SELECT category, sum(messages) AS messages, sum(delivered) AS delivered,
           sum(failed) AS failed FROM wa.funnel_hourly GROUP BY category ORDER BY category`,
        [
          { category: 'marketing', messages: 9, delivered: 9, failed: 0 },
          { category: 'not reported', messages: 1, delivered: 0, failed: 1 },
        ],
      ],
    ],
  },
]

describe('cases of public reports', () => {
  let tables: StoryTables
  beforeAll(async () => {
    if (areCasesNamed) tables = await createStoryTables()
  })
  afterAll(async () => {
    if (areCasesNamed) await tables.drop()
  })

  if (!areCasesNamed) {
    it.todo('REPORTED_CASES_DIR names no folder of reported cases: none is tried')
    return
  }

  it.each(cases)('$file: $title', async ({ answers, file }) => {
    await tables.empty()
    const rows = toRows(readCase(file))
    await tables.insert(rows)
    for (const [query, expected] of answers) expect(await tables.ask(query)).toEqual(expected)
    // A sink that dies writes again what it had written.
    await tables.insert(rows)
    await tables.merge()
    for (const [query, expected] of answers) expect(await tables.ask(query)).toEqual(expected)
  })
})
