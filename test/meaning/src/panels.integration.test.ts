import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { groupStatuses, messagesBody, outboundStatuses } from './bodies.ts'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'

// Goal: no panel adds a group to its participants, and none shows a category at 100 % without those
// whose category nobody reported. Method: the shipped panels' own queries over a story with both.

const NUMBER = '106540352242922'
const NOON = Date.parse('2026-11-20T12:00:00Z')

interface Panel {
  readonly title?: string
  readonly targets?: readonly { readonly rawSql?: string }[]
  readonly panels?: readonly Panel[]
}

function readPanels(dashboard: string): readonly Panel[] {
  const path = `../../../deploy/grafana/dashboards/wabastream-${dashboard}.json`
  const { panels } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Panel
  return (panels ?? []).flatMap((panel) => [panel, ...(panel.panels ?? [])])
}

/** The first query of a panel, with what Grafana fills in: the year of the story. */
function queryOf(dashboard: string, title: string): string {
  const panel = readPanels(dashboard).find((one) => one.title === title)
  const text = panel?.targets?.[0]?.rawSql
  if (text === undefined) throw new Error(`no panel ${title}`)
  return text
    .replaceAll(/\$__(time|date)Filter\((\w+)\)/g, 'toYear($2) = 2026')
    .replaceAll('$__fromTime', "toDateTime('2026-01-01 00:00:00', 'UTC')")
    .replaceAll('${number:singlequote}', `'${NUMBER}'`)
}

describe('panels', () => {
  let tables: StoryTables
  beforeAll(async () => {
    tables = await createStoryTables()
    const nine = Array.from({ length: 9 }, (_, index) =>
      messagesBody(NUMBER, outboundStatuses(`wamid.M${index}`, NOON, { category: 'marketing' })),
    )
    await tables.insert(
      toRows([
        ...nine,
        // The provider refused it in place of `sent`, and names no category.
        messagesBody(NUMBER, outboundStatuses('wamid.R', NOON, { words: ['failed'] })),
        // A group of three, two of whom it reached.
        messagesBody(NUMBER, groupStatuses('wamid.G', NOON, [], 'sent')),
        messagesBody(NUMBER, groupStatuses('wamid.G', NOON, ['15550177011', '15550177012'])),
        messagesBody(NUMBER, groupStatuses('wamid.G', NOON, ['15550177013'], 'failed')),
        // One whose own status was lost, and one that was refused as a whole.
        messagesBody(NUMBER, groupStatuses('wamid.L', NOON, ['15550177011'])),
        messagesBody(NUMBER, groupStatuses('wamid.F', NOON, [], 'failed')),
      ]),
    )
  })
  afterAll(() => tables.drop())

  it('show the group of those not reported beside the shares by category', async () => {
    expect(await tables.ask(queryOf('messages', 'By category'))).toEqual([
      // Of the group that was refused as a whole nobody reported a category, nor its members.
      expect.objectContaining({
        category: 'not reported',
        messages: 2,
        awaited: 2,
        delivered_share: 0,
        failed: 2,
      }),
      expect.objectContaining({ category: 'marketing', messages: 9, delivered_share: 1 }),
      // The prices of two name the category of the group, and of the third.
      expect.objectContaining({
        category: 'group_utility',
        messages: 2,
        recipients: 4,
        delivered_share: 3 / 4,
        failed: 1,
      }),
    ])
  })

  it('count a group as one message, and what became of it by participant', async () => {
    expect(await tables.ask(queryOf('messages', 'How far messages came'))).toEqual([
      expect.objectContaining({
        messages: 13,
        recipients: 15,
        awaited: 15,
        delivered: 12,
        failed: 3,
      }),
    ])
    expect(await tables.ask(queryOf('business', 'Numbers'))).toEqual([
      expect.objectContaining({ messages: 13, recipients: 15, delivered: 12, failed: 3 }),
    ])
    const [share] = await tables.ask<{ readonly delivered_share: number }>(
      queryOf('business', 'Delivered, read and failed'),
    )
    expect(share?.delivered_share).toBeCloseTo(12 / 15)
  })

  it('count a message that failed for participants once', async () => {
    expect(await tables.ask(queryOf('messages', 'What the codes mean'))).toEqual([
      expect.objectContaining({ error: '131026', messages: 3 }),
    ])
  })
})
