// Goal: what was refused stands in the category of its template. Method: an echo names a template,
// its message is refused, and the category comes with it or from what is reported of the template.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'

const START = 1_767_225_600
const CUSTOMER = '15550177001'
const metadata = { phone_number_id: '106540352242922', display_phone_number: '15550783881' }

const told = (field: string, value: object, second: number) => ({
  body: Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '770000000000001', time: START + second, changes: [{ field, value }] }],
    }),
  ),
  receivedAt: (START + second) * 1_000,
})

/** The request that another sender made, with the definition of its template beside it. */
const standby = (template: object) =>
  told(
    'standby',
    {
      metadata,
      message_echoes: [
        {
          id: 'wamid.E',
          timestamp: String(START),
          message: { to: CUSTOMER, type: 'template', template: { name: 'gym_renewal' } },
          template,
        },
      ],
    },
    0,
  )

const fromPhone = (template: object) => {
  const item = { from: metadata.display_phone_number, to: CUSTOMER, type: 'template', template }
  const message_echoes = [{ ...item, id: 'wamid.E', timestamp: String(START) }]
  return told('smb_message_echoes', { metadata, message_echoes }, 0)
}

const refused = told(
  'messages',
  {
    metadata,
    statuses: [
      {
        id: 'wamid.E',
        status: 'failed',
        timestamp: String(START + 1),
        recipient_id: CUSTOMER,
        errors: [{ code: 131049 }],
      },
    ],
  },
  1,
)

const categorized = (second: number, category: string) =>
  told(
    'template_category_update',
    { message_template_id: 7, message_template_name: 'gym_renewal', new_category: category },
    second,
  )

describe('the template of a message', () => {
  let tables: StoryTables
  beforeAll(async () => {
    tables = await createStoryTables()
  })
  beforeEach(() => tables.empty())
  afterAll(() => tables.drop())

  it.each([
    ['of a request in standby', standby({ name: 'gym_renewal', category: 'MARKETING' })],
    ['of an echo', fromPhone({ name: 'gym_renewal', category: 'MARKETING' })],
  ])('%s is named with its category, where there is no price', async (_name, echo) => {
    await tables.insert(toRows([echo, refused]))
    const named = { template_name: 'gym_renewal', template_category: 'MARKETING' }
    for (const step of ['inserted', 'merged']) {
      if (step === 'merged') await tables.merge()
      expect(
        await tables.ask(`SELECT template_name, template_category, category, status
          FROM wa.messages`),
      ).toEqual([{ ...named, category: 'marketing', status: 'failed' }])
      expect(
        await tables.ask(`SELECT template_name, template_category FROM wa.message_events
          WHERE event_type = 'MessageEchoed'`),
      ).toEqual([named])
    }
  })

  it('whose category came apart from it has the one reported last, of its account', async () => {
    const [former, latest] = [categorized(-20, 'UTILITY'), categorized(-10, 'MARKETING')]
    const again = { ...former, receivedAt: former.receivedAt + 60_000 }
    await tables.insert(
      toRows([former, latest, fromPhone({ name: 'gym_renewal' }), refused, again]),
    )
    expect(await tables.ask('SELECT category, failed FROM wa.funnel_hourly')).toEqual([
      { category: 'marketing', failed: 1 },
    ])
  })

  it('of another name, or none, has no category', async () => {
    await tables.insert(toRows([categorized(-10, 'MARKETING'), fromPhone({ name: 'other' })]))
    expect(await tables.ask('SELECT category FROM wa.messages')).toEqual([
      { category: 'not reported' },
    ])
  })
})
