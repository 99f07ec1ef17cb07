import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'

const MESSAGE = 'wamid.ASKED'
const [PHONE, OTHER, USER] = ['16505551234', '16505559999', 'US.1']
const START = 1_767_225_600

interface Given {
  readonly from?: string
  readonly from_user_id?: string
}

/** A webhook with one reaction; an emoji of '' takes it back. */
function reacted(emoji: string, second: number, ids: Given) {
  const value = {
    metadata: { phone_number_id: '106540352242922', display_phone_number: '15550783881' },
    messages: [
      {
        ...ids,
        id: `wamid.R${second}`,
        timestamp: String(START + second),
        type: 'reaction',
        reaction: { message_id: MESSAGE, emoji },
      },
    ],
  }
  const entry = [{ id: '102290129340398', changes: [{ field: 'messages', value }] }]
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
  return {
    body: new TextEncoder().encode(body),
    receivedAt: (START + second) * 1_000,
  }
}

type Story = ReturnType<typeof reacted>[]

describe('the reaction that messages show', () => {
  let tables: StoryTables
  beforeAll(async () => {
    tables = await createStoryTables()
  })
  beforeEach(() => tables.empty())
  afterAll(() => tables.drop())

  const shown = async () => {
    const rows = await tables.ask<{ readonly reaction: string | null; readonly count: number }>(
      `SELECT reaction, toUInt32(length(reactions)) AS count FROM wa.messages
       WHERE message_id = '${MESSAGE}'`,
    )
    return rows.map(({ reaction, count }) => [reaction, count])
  }

  it.each<[string, Story, string | null, number]>([
    [
      'one person’s removal leaves another’s',
      [
        reacted('🎉', 1, { from: PHONE }),
        reacted('👍', 2, { from: OTHER }),
        reacted('', 3, { from: OTHER }),
      ],
      '🎉',
      1,
    ],
    [
      'a removal by both ids takes away what the phone number did',
      [reacted('👍', 1, { from: PHONE }), reacted('', 2, { from: PHONE, from_user_id: USER })],
      null,
      0,
    ],
    [
      'a removal by the user id takes away what another reaction links with it',
      [
        reacted('👍', 1, { from: PHONE }),
        reacted('😂', 2, { from: PHONE, from_user_id: USER }),
        reacted('', 3, { from_user_id: USER }),
      ],
      null,
      0,
    ],
    [
      'a change of mind under another id replaces',
      [reacted('👍', 1, { from: PHONE }), reacted('😂', 2, { from: PHONE, from_user_id: USER })],
      '😂',
      1,
    ],
    [
      'what the business takes back is its own',
      [reacted('👍', 1, { from: PHONE }), reacted('', 2, { from: '15550783881' })],
      '👍',
      1,
    ],
  ])('%s, in any order, merged or not', async (_name, story, reaction, count) => {
    for (const order of [story, story.toReversed()]) {
      await tables.empty()
      await tables.insert(toRows(order))
      expect(await shown()).toEqual([[reaction, count]])
      await tables.merge()
      expect(await shown()).toEqual([[reaction, count]])
    }
  })
})
