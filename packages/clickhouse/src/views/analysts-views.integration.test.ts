import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { CANARY_NUMBER, type MessageEvent } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import { anEnvelope, aReceivedMessage, aStatus } from '@wabastream/testing'
import { toTimelineAliasRow } from '../rows/contact-alias-rows.ts'
import { toTimelineRow } from '../rows/timeline-row.ts'
import { type TableRow, toTableRows } from '../rows/to-table-rows.ts'
import { settlePersons } from '../settled/settle-persons.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'

const NINE = Date.UTC(2026, 2, 1, 9)
const SECOND = 1_000
const ADA = '491700000001'
const PERSON_TABLES = ['contact_aliases', 'alias_marks', 'settled_persons', 'settled_aliases']

/**
 * Every state of a message, the last one first, and all of them twice, as a replay may write them.
 */
function rowsOf(events: readonly MessageEvent[]): readonly TableRow[] {
  let timeline: ReturnType<typeof evolve> | undefined
  const rows = events.flatMap((event): TableRow[] => {
    timeline = evolve(timeline ?? initialTimeline(event), event)
    const alias = toTimelineAliasRow(timeline)
    return [
      { table: 'message_timeline', cells: toTimelineRow(timeline) },
      ...(alias === undefined ? [] : [{ table: 'contact_aliases' as const, cells: alias }]),
    ]
  })
  return [...rows.toReversed(), ...rows]
}

type Given = Parameters<typeof aStatus>[2] & { readonly number?: string }

/** A message to Ada with these statuses, a second apart. */
function statuses(messageId: string, atMs: number, words: readonly string[], given: Given = {}) {
  const { number = '1', ...status } = given
  return rowsOf(
    words.map((word, index) =>
      aStatus(
        word,
        { number, providerTime: atMs + index * SECOND, receivedAt: atMs + index * SECOND + 500 },
        { messageId, recipientId: ADA, ...status },
      ),
    ),
  )
}

function heard(messageId: string, atMs: number, from: { id?: string; userId?: string } = {}) {
  return rowsOf([
    aReceivedMessage({
      messageId,
      fromId: from.userId === undefined ? (from.id ?? ADA) : (from.id ?? null),
      fromUserId: from.userId ?? null,
      envelope: anEnvelope({ providerTime: atMs, receivedAt: atMs + 500 }),
    }),
  ])
}

const regular = {
  pricingModel: 'PMP',
  pricingType: 'regular',
  pricingCategory: 'marketing',
  billable: true,
} as const
const failure = [{ code: 131026, title: null, message: null, details: null, href: null }]

describe('the views of analysts', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())
  beforeEach(async () => {
    await scratch.emptyTimelines()
    await scratch.client.command(`TRUNCATE TABLE ${scratch.database}.account_events`)
    for (const table of PERSON_TABLES) {
      await scratch.client.command(`TRUNCATE TABLE ${scratch.database}.${table}`)
    }
  })
  const select = (columns: string, view: string, rest = '') =>
    scratch.client.query(`SELECT ${columns} FROM ${scratch.views}.${view} ${rest}`)
  /** Twice: the second time is a replay. */
  async function write(...rows: readonly (readonly TableRow[])[]): Promise<void> {
    await scratch.insert(rows.flat().toReversed())
    await scratch.insert(rows.flat())
  }

  it('bill a message once, when it is delivered, by category, type and calling code', async () => {
    await write(
      statuses('a', NINE, ['sent', 'delivered', 'read'], regular),
      statuses('b', NINE, ['sent'], regular),
      statuses('c', NINE, ['sent', 'delivered'], {
        ...regular,
        pricingType: 'free_customer_service',
      }),
      statuses('d', NINE, ['sent', 'delivered']),
      statuses('e', NINE, ['delivered'], { ...regular, recipientId: '12025550100' }),
      statuses('f', NINE, ['delivered'], {
        ...regular,
        recipientId: null,
        recipientUserId: 'BR.13491208655302741918',
      }),
    )
    expect(
      await select(
        'calling_code, country, category, type, messages, charged, free, undelivered, unknown',
        'billing',
        'ORDER BY calling_code, country, type',
      ),
    ).toEqual(
      [
        ['', 'BR', 'marketing', 'regular', 1, 1, 0, 0, 0],
        ['1', 'US', 'marketing', 'regular', 1, 1, 0, 0, 0],
        ['49', 'DE', 'not reported', '', 1, 0, 0, 0, 1],
        ['49', 'DE', 'marketing', 'free_customer_service', 1, 0, 1, 0, 0],
        ['49', 'DE', 'marketing', 'regular', 2, 1, 0, 1, 0],
      ].map(
        ([
          calling_code,
          country,
          category,
          type,
          messages,
          charged,
          free,
          undelivered,
          unknown,
        ]) => ({
          calling_code,
          country,
          category,
          type,
          messages,
          charged,
          free,
          undelivered,
          unknown,
        }),
      ),
    )
  })

  it('count a conversation of the older pricing once for all of its messages', async () => {
    const conversation = { pricingModel: 'CBP', conversationId: 'C', billable: true }
    await write(
      statuses('a', NINE, ['sent', 'delivered'], conversation),
      statuses('b', NINE + SECOND, ['sent', 'delivered'], conversation),
    )
    expect(await select('model, messages, charged, conversations', 'billing')).toEqual([
      { model: 'CBP', messages: 2, charged: 2, conversations: 1 },
    ])
  })

  it('time answers from the first unanswered message, and leave out answers that failed', async () => {
    await write(
      heard('q1', NINE),
      heard('q2', NINE + 10 * SECOND),
      statuses('x', NINE + 20 * SECOND, ['failed'], { errors: failure }),
      statuses('a1', NINE + 30 * SECOND, ['sent', 'read']),
      statuses('a2', NINE + 40 * SECOND, ['sent']),
      heard('q3', NINE + 100 * SECOND),
      heard('q4', NINE + 5 * SECOND, { id: '12025550100' }),
    )
    expect(
      await select(
        'customer, responder, asked_message_id, answer_message_id, messages, response_ms',
        'response_time',
        'ORDER BY customer, asked_at',
      ),
    ).toEqual(
      [
        ['12025550100', 'business', 'q4', '', 1, null],
        [ADA, 'business', 'q1', 'a1', 2, 30_000],
        [ADA, 'customer', 'a1', 'q3', 2, 70_000],
        [ADA, 'business', 'q3', '', 1, null],
      ].map(
        ([customer, responder, asked_message_id, answer_message_id, messages, response_ms]) => ({
          customer,
          responder,
          asked_message_id,
          answer_message_id,
          messages,
          response_ms,
        }),
      ),
    )
  })

  it('know a customer by both ids, count both ways and say whether the window is open', async () => {
    const now = Date.now() - 60 * SECOND
    await write(
      heard('q1', NINE, { id: ADA, userId: 'DE.1' }),
      statuses('a1', NINE + SECOND, ['sent']),
      heard('q2', now, { userId: 'DE.1' }),
      heard('q3', NINE, { id: '12025550100' }),
    )
    expect(
      await select(
        'customer, received, sent, failed, window_open',
        'conversation',
        'ORDER BY customer',
      ),
    ).toEqual([
      { customer: '12025550100', received: 1, sent: 0, failed: 0, window_open: false },
      { customer: ADA, received: 2, sent: 1, failed: 0, window_open: true },
    ])
    // The provider gives whole seconds.
    const spoken = Math.floor(now / SECOND)
    expect(
      await select(
        `customer, toUnixTimestamp(last_spoken_at) AS spoken,
        toUnixTimestamp(window_closes_at) - spoken AS seconds`,
        'open_windows',
      ),
    ).toEqual([{ customer: ADA, spoken, seconds: 86_400 }])
  })

  it('show the health of each number by day, with its mix of errors', async () => {
    await write(
      statuses('a', NINE, ['sent', 'delivered', 'read']),
      statuses('b', NINE, ['sent', 'delivered']),
      statuses('c', NINE, ['sent', 'failed'], { errors: failure }),
      statuses('d', NINE, ['sent']),
      heard('q', NINE),
    )
    expect(await select('* EXCEPT (day)', 'number_quality')).toEqual([
      {
        number: '1',
        time_zone: 'UTC',
        received: 1,
        messages: 4,
        recipients: 4,
        awaited: 4,
        deliverable_unknown: 0,
        delivered: 2,
        read: 1,
        failed: 1,
        delivered_share: 0.5,
        read_share: 0.25,
        failed_share: 0.25,
        failure_codes: { 131026: 1 },
      },
    ])
  })

  it('show the latest state of a template, however often and in whatever order its events came', async () => {
    const event = (field: string, hour: number, value: object) => {
      const at = NINE + hour * 3_600_000
      const payload = JSON.stringify({
        message_template_name: 'spring',
        message_template_language: 'de',
        message_template_id: 1,
        ...value,
      }).replace('"message_template_id":1', '"message_template_id":90071992547409931')
      const { event: name = null } = value as { event?: string }
      const envelope = { number: '', receivedAt: at, providerTime: at, eventId: `${field}${hour}` }
      return [0, 1].flatMap((again) =>
        toTableRows(
          {
            type: 'AccountEventReceived',
            data: {
              envelope: anEnvelope({ ...envelope, rawOffset: hour * 2 + again }),
              field,
              accountId: '10',
              event: name,
              payload,
            },
          },
          { partition: 0, offset: 0 },
        ),
      )
    }
    await write(
      event('message_template_status_update', 3, { event: 'PAUSED', reason: 'QUALITY' }),
      event('message_template_status_update', 1, { event: 'APPROVED', reason: 'NONE' }),
      event('message_template_quality_update', 2, {
        previous_quality_score: 'GREEN',
        new_quality_score: 'RED',
      }),
      event('template_category_update', 2, {
        previous_category: 'UTILITY',
        new_category: 'MARKETING',
      }),
    )
    expect(await select('* EXCEPT (last_event_at)', 'template_quality')).toEqual([
      {
        account_id: '10',
        template_id: '90071992547409931',
        language: 'de',
        template: 'spring',
        status: 'PAUSED',
        status_reason: 'QUALITY',
        quality: 'RED',
        category: 'MARKETING',
        coming_category: '',
        category_changes_at: null,
        stops: 1,
      },
    ])
    expect(await select('count() AS events', 'quality_events')).toEqual([{ events: 4 }])
  })

  describe('of persons', () => {
    const together = (scope: string, pairs: readonly (readonly [string, string])[]) =>
      scratch.insert(
        pairs.map(([left, right]) => ({
          table: 'contact_aliases',
          cells: [scope, '1', 'named_together', left, right, 'calls', [0, 0, 0, 0, null], 20_000],
        })),
      )
    const settle = async (): Promise<void> => {
      const { client, database } = scratch
      await settlePersons({ client, database, insertMsMax: 0 })
      // Views look at it after a while.
      await client.command(`INSERT INTO ${database}.settled_aliases (through, settled_at)
        SELECT max(through), now64(6, 'UTC') - toIntervalHour(1) FROM ${database}.settled_aliases`)
    }
    const persons = async () => {
      const rows = await scratch.client.query<{ readonly ids: readonly string[] }>(
        `SELECT arraySort(groupArray(id)) AS ids FROM ${scratch.views}.persons
         GROUP BY scope, person HAVING person = ids[1] ORDER BY scope, person`,
      )
      return rows.map(({ ids }) => ids.join(' '))
    }

    it('join pairs, stars, chains and rings, each within its account', async () => {
      await together('A', [
        ['1', 'u1'],
        ['2', 'u2'],
        ['u2', 'p2'],
        ['u2', 'p2'],
        ['4', '3'],
        ['5', '4'],
        ['6', '5'],
        ['7', '8'],
        ['8', '9'],
        ['9', '7'],
      ])
      await together('B', [['1', 'u9']])
      expect(await persons()).toEqual(['1 u1', '2 p2 u2', '3 4 5 6', '7 8 9', '1 u9'])
    })

    it('follow 64 aliases in a row', async () => {
      const ids = Array.from({ length: 65 }, (_, step) => String(100 + step))
      await together(
        'A',
        ids.slice(1).map((id, step) => [id, String(100 + step)]),
      )
      expect(await persons()).toEqual([ids.join(' ')])
      await settle()
      expect(await persons()).toEqual([ids.join(' ')])
    })

    it('are the same when they are settled, with what is said afterwards', async () => {
      await together('A', [
        ['1', 'u1'],
        ['2', 'u2'],
        ['u2', '3'],
        ['7', 'u7'],
      ])
      const before = await persons()
      await settle()
      expect(await persons()).toEqual(before)
      await together('A', [
        ['u2', '3'],
        ['u1', '3'],
        ['8', 'u8'],
        ['p8', 'u8'],
      ])
      const joined = ['1 2 3 u1 u2', '7 u7', '8 p8 u8']
      expect(await persons()).toEqual(joined)
      await settlePersons({ ...scratch, insertMsMax: 0 })
      expect(await persons()).toEqual(joined)
      await settle()
      expect(await persons()).toEqual(joined)
      const exclusions = `${scratch.views}.contact_alias_exclusions`
      await scratch.client.command(
        `INSERT INTO ${exclusions} (scope, left_id, right_id) VALUES ('A', 'u1', '3')`,
      )
      expect(await persons()).toEqual(['1 u1', '2 3 u2', '7 u7', '8 p8 u8'])
      await together('A', [['u7', '3']])
      expect(await persons()).toEqual(['1 u1', '2 3 7 u2 u7', '8 p8 u8'])
      await settle()
      expect(await persons()).toEqual(['1 u1', '2 3 7 u2 u7', '8 p8 u8'])
      await scratch.client.command(`TRUNCATE TABLE ${exclusions}`)
      expect(await persons()).toEqual(['1 2 3 7 u1 u2 u7', '8 p8 u8'])
    })

    it('part two ids that people call wrongly joined, whichever of them is named first', async () => {
      await together('A', [
        ['1', 'u1'],
        ['2', 'u2'],
        ['u2', '3'],
      ])
      await together('B', [['1', 'u1']])
      await scratch.client.command(
        `INSERT INTO ${scratch.views}.contact_alias_exclusions (scope, left_id, right_id)
         VALUES ('A', 'u1', '1'), ('A', 'u2', '3')`,
      )
      expect(await persons()).toEqual(['2 u2', '1 u1'])
    })

    it('are none where no ids are known', async () => {
      expect(await persons()).toEqual([])
    })
  })

  it('leave out the canary everywhere', async () => {
    await write(
      statuses('canary', NINE, ['sent', 'delivered'], { ...regular, number: CANARY_NUMBER }),
    )
    const [stored] = await scratch.client.query(
      `SELECT toBool(count() > 0) AS stored FROM ${scratch.database}.message_timeline`,
    )
    expect(stored).toEqual({ stored: true })
    const shown = ['messages', 'billing', 'conversation', 'response_time', 'number_quality']
    for (const view of shown) {
      expect(await select('*', view)).toEqual([])
    }
  })
})
