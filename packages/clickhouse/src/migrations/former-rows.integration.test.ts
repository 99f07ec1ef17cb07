// Goal: an installation of the version before goes on with its rows. Method: the tables and rows of
// that version are written by hand, then two migrate at once, and rows of this version join them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type MessageTimeline } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import { aReaction, aReceivedMessage, aStatus } from '@wabastream/testing'
import { toTimelineRow } from '../rows/timeline-row.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { messageTables } from './0001-message-tables.ts'
import { migrate } from './migrate.ts'

const AT = Date.UTC(2026, 0, 1)
const DAY = Math.floor(AT / 86_400_000)
const times = { receivedAt: AT + 5_000, providerTime: AT + 5_000 }

let scratch: ScratchGeneration

beforeAll(async () => {
  scratch = await createScratchGeneration()
  const { client, database, generation, views } = scratch
  // That version has none of the views that inserts feed.
  for (const table of [
    'contact_aliases_marked',
    'day_marks_of_timelines',
    'group_timeline_of_timelines',
    'template_categories_of_events',
    'day_marks',
    'group_timeline',
    'settled_aliases',
    'template_categories',
  ]) {
    await client.command(`DROP TABLE ${database}.${table}`)
  }
  for (const { id, statement } of messageTables.filter((one) => one.id < 3)) {
    await client.command(
      `DROP TABLE ${database}.${id === 1 ? 'message_events' : 'message_timeline'}`,
    )
    await client.command(statement(database))
  }
  await client.command(`ALTER TABLE ${database}.migrations DELETE WHERE id > 15
    SETTINGS mutations_sync = 2`)
  await client.command(`DROP TABLE ${database}.message_content`)
  await client.command(`DROP TABLE ${database}.contact_aliases`)
  await client.command(`INSERT INTO ${database}.account_events
    (field, received_at, number, account_id, event_id, payload) VALUES
    ('template_category_update', ${AT / 1000}, '1', '77', 'e',
      '{"message_template_name":"renewal","new_category":"MARKETING"}')`)
  const former = (columns: string, ...rows: readonly string[]) =>
    client.command(`INSERT INTO ${database}.message_timeline
      (number, anchor_day, first_received_at, last_received_at, message_id, ${columns})
      VALUES ${rows.map((row) => `('1', ${DAY}, ${AT / 1000}, ${AT / 1000}, ${row})`).join(', ')}`)
  await former('inbound, historical, message_type', "'history', 1, 1, 'media_placeholder'")
  await former('inbound, historical, message_type', "'live', 1, 0, 'text'")
  await former(
    'outbound, rungs, pricing_model, pricing_type, pricing_category, billable',
    "'priced', 1, 1, 'PMP', 'regular', 'utility', true",
    "'told twice', 1, 1, 'PMP', 'regular', 'utility', true",
  )
  await former('contact_id, contact_user_id', "'named', '49170', 'DE.1'")
  await former('reaction', "'reacted', ('2026-01-01 00:00:01', '👍')")
  // What no merge has joined yet.
  await former('reaction', "'reacted', ('2026-01-01 00:00:02', NULL)")
  await client.command(`INSERT INTO ${database}.message_events
    (number, received_at, message_id, event_type, content, contact_name)
    VALUES ('1', ${AT / 1000}, 'live', 'MessageReceived', 'hello', 'Kim')`)
  const waitMs = () => Promise.resolve()
  const options = { client, generation, retentionDays: 36_500, viewsDatabase: views, waitMs }
  await Promise.all([migrate(options), migrate(options)])
}, 60_000)

afterAll(() => scratch.drop())

const insert = (timelines: readonly MessageTimeline[]) =>
  scratch.insert(
    timelines.map((timeline) => ({
      table: 'message_timeline',
      cells: toTimelineRow(timeline, DAY),
    })),
  )

const read = async (columns: string, messageId: string) => {
  const [row] = await scratch.client.query(
    `SELECT ${columns} FROM ${scratch.views}.messages WHERE message_id = {messageId:String}`,
    { messageId },
  )
  return row
}

const PRICE = 'pricing_model, pricing_type, pricing_category, billable'

describe('rows of the version before', () => {
  it('read as they were meant', async () => {
    expect(await read('historical, message_type, direction', 'history')).toEqual({
      historical: true,
      message_type: 'media_placeholder',
      direction: 'inbound',
    })
    expect(await read('historical, message_type', 'live')).toEqual({
      historical: false,
      message_type: 'text',
    })
    expect(await read(PRICE, 'priced')).toEqual({
      pricing_model: 'PMP',
      pricing_type: 'regular',
      pricing_category: 'utility',
      billable: true,
    })
    expect(await read('reaction, reactions', 'reacted')).toEqual({ reaction: null, reactions: [] })
    const [event] = await scratch.client.query(
      `SELECT content, contact_name FROM ${scratch.views}.message_events WHERE message_id = 'live'`,
    )
    expect(event).toEqual({ content: 'hello', contact_name: 'Kim' })
  })

  it('of events that come again are one, whichever range of time is asked for', async () => {
    const { client, database, views } = scratch
    const at = (days: number): number => AT + days * 86_400_000
    for (const table of ['message_events', 'message_content']) {
      const insert = (columns: string, ...rows: readonly string[]) =>
        client.command(`INSERT INTO ${database}.${table}
          (number, message_id, event_id, event_type, received_at, event_at, ${columns})
          VALUES ${rows.map((row) => `('2', ${row})`).join(', ')}`)
      const said = "'MessageReceived'"
      await insert(
        'raw_offset',
        `'again', 'a', ${said}, ${at(40)}, ${at(0)}, 9`,
        `'again', 'a', ${said}, ${at(0)}, ${at(0)}, 1`,
      )
      // What is said of tomorrow is not believed before tomorrow.
      const problem = table === 'message_events' ? ', time_problem' : ''
      const late = problem === '' ? '' : ", 'too_late'"
      const none = problem === '' ? '' : ", ''"
      await insert(
        `message_type${problem}`,
        `'soon', 's', ${said}, ${at(0)}, NULL, 'text'${late}`,
        `'soon', 's', ${said}, ${at(3)}, ${at(2)}, 'text'${none}`,
        `'stood for', 'p', ${said}, ${at(0)}, NULL, 'unsupported'${late}`,
        `'stood for', 'p', ${said}, ${at(3)}, ${at(2)}, 'image'${none}`,
      )
    }
    for (const view of ['message_events', 'contents']) {
      const ask = (where: string) =>
        client.query(`SELECT message_id, toUnixTimestamp64Milli(received_at) AS at, message_type
          FROM ${views}.${view} WHERE number = '2' AND ${where} ORDER BY message_id`)
      const again = { message_id: 'again', at: at(0), message_type: '' }
      const soon = { message_id: 'soon', at: at(0), message_type: 'text' }
      const image = { message_id: 'stood for', at: at(3), message_type: 'image' }
      expect(await ask('true')).toEqual([again, soon, image])
      expect(await ask(`event_at >= fromUnixTimestamp64Milli(${at(0)})`)).toEqual([again, image])
      expect(await ask(`event_at > fromUnixTimestamp64Milli(${at(0)})`)).toEqual([image])
      expect(await ask('event_at IS NULL')).toEqual([soon])
      expect(await ask(`received_at > fromUnixTimestamp64Milli(${at(1)})`)).toEqual([image])
      expect(await ask("message_id = 'soon'")).toEqual([soon])
    }
  })

  it('have aliases of the ids that only their timelines name together', async () => {
    const aliases = await scratch.client.query(
      `SELECT left_id, right_id, source FROM ${scratch.views}.contact_aliases`,
    )
    expect(aliases).toEqual([{ left_id: '49170', right_id: 'DE.1', source: 'MessageTimeline' }])
    const persons = await scratch.client.query(`SELECT id, person FROM ${scratch.views}.persons
      ORDER BY id`)
    expect(persons).toEqual([
      { id: '49170', person: '49170' },
      { id: 'DE.1', person: '49170' },
    ])
  })

  it('say the categories of templates, as those that come later do', async () => {
    const { client, database } = scratch
    await client.command(`INSERT INTO ${database}.message_timeline
      (number, anchor_day, first_received_at, last_received_at, message_id, outbound, account_id,
        template_name) VALUES
      ('1', ${DAY}, ${AT / 1000}, ${AT / 1000}, 'templated', true, '77', 'renewal')`)
    expect(await read('category', 'templated')).toEqual({ category: 'marketing' })
    // A sink of either version inserts it.
    await client.command(`INSERT INTO ${database}.account_events
      (field, received_at, number, account_id, event_id, payload) VALUES
      ('message_template_status_update', ${AT / 1000 + 1}, '1', '77', 'f',
        '{"message_template_name":"renewal","message_template_category":"UTILITY"}')`)
    expect(await read('category', 'templated')).toEqual({ category: 'utility' })
  })

  it('merge with rows of this version to what the fold says of both', async () => {
    const media = aReceivedMessage({ messageId: 'history', messageType: 'image' })
    const again = aReceivedMessage({ messageId: 'live', messageType: 'text', historical: true })
    const price = { pricingModel: 'PMP', pricingType: 'free_customer_service', billable: false }
    const delivered = aStatus('delivered', times, {
      messageId: 'told twice',
      pricingCategory: 'service',
      ...price,
    })
    const given = aReaction('🎉', times)
    const data = { ...given.data, targetMessageId: 'reacted', actorUserId: 'DE.1' }
    const reaction = { ...given, data }
    const former: Partial<MessageTimeline> = { reactedAt: AT + 2_000, reaction: null, live: false }
    await insert([
      evolve(initialTimeline(media), media),
      evolve(initialTimeline(again), again),
      evolve(initialTimeline(delivered), delivered),
      evolve({ ...initialTimeline(reaction), ...former }, reaction),
    ])
    for (const isMerged of [false, true]) {
      if (isMerged) {
        await scratch.client.command(`OPTIMIZE TABLE ${scratch.database}.message_timeline FINAL`)
      }
      expect(await read('historical, message_type', 'history')).toEqual({
        historical: false,
        message_type: 'image',
      })
      expect(await read('historical', 'live')).toEqual({ historical: false })
      expect(await read(PRICE, 'told twice')).toEqual({
        pricing_model: 'PMP',
        pricing_type: 'free_customer_service',
        pricing_category: 'service',
        billable: false,
      })
      expect(await read('reaction, reactions', 'reacted')).toEqual({
        reaction: '🎉',
        reactions: [['/DE.1', '2026-01-01 00:00:05.000', '🎉']],
      })
    }
  })

  it('are still written by a sink of that version, and read as before', async () => {
    const { client, database } = scratch
    await client.command(`INSERT INTO ${database}.message_timeline
      (number, anchor_day, first_received_at, last_received_at, message_id, inbound, message_type,
        historical, reaction) VALUES ('1', ${DAY}, ${AT / 1000}, ${AT / 1000}, 'late', true, 'text',
        false, ('2026-01-01 00:00:01', '👍'))`)
    expect(await read('historical, message_type, reaction', 'late')).toEqual({
      historical: false,
      message_type: 'text',
      reaction: '👍',
    })
  })
})
