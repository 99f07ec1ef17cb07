import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { messagesBody, outboundStatuses } from './bodies.ts'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'

// Goal: what the provider sends again on the next day is no fact of that day. Method: the guide's
// own query over a webhook of 23:59 that comes again at 00:30.

const DAY_MS = 86_400_000
const guide = readFileSync(new URL('../../../docs/analysts.md', import.meta.url), 'utf8')
const factsByDay = /Facts by UTC day.*?```sql\n(.+?)```/s.exec(guide)?.[1] ?? ''

describe("the guide's count of facts by day", () => {
  let tables: StoryTables
  beforeAll(async () => {
    tables = await createStoryTables()
  })
  afterAll(() => tables.drop())

  it('counts what comes again after midnight once, on the day when it first came', async () => {
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS
    const first = messagesBody('1', outboundStatuses('wamid.1', midnight - 60_000))
    const again = { ...first, receivedAt: midnight + 30 * 60_000 }
    const right = [
      {
        day: new Date(midnight - DAY_MS).toISOString().slice(0, 10),
        event_type: 'MessageStatusChanged',
        facts: 2,
      },
    ]
    await tables.insert(toRows([first, again]))
    expect(await tables.ask(factsByDay)).toEqual(right)
    await tables.merge()
    expect(await tables.ask(factsByDay)).toEqual(right)
  })
})
