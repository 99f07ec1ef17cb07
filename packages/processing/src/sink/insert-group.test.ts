import { describe, expect, it } from '@jest/globals'
import { createInsertGroup } from './insert-group.ts'

const ANNOUNCED_MS_MAX = 60_000

function harness(
  refuse: (text: string) => string | undefined,
  { bytesMax = 1_000, announcedMsMax = ANNOUNCED_MS_MAX } = {},
) {
  const inserts: string[] = []
  const group = createInsertGroup<'errors' | 'message_events'>({
    bytesMax,
    announcedMsMax,
    classify: (error) => (String(error).includes('bad row') ? 'bad_rows' : 'unavailable'),
    async insert(table, lines) {
      const text = lines.map(String).join('+')
      inserts.push(`${table}: ${text}`)
      const problem = refuse(text)
      if (problem !== undefined) throw new Error(problem)
    },
  })
  const insert = (table: 'errors' | 'message_events', text: string) =>
    group.insert(table, Buffer.from(text)).then(
      () => 'written',
      (error: unknown) => String(error),
    )
  return { inserts, insert, announce: () => group.announce('errors') }
}

describe('an insert group', () => {
  it('sends together what comes together for one table', async () => {
    const { inserts, insert } = harness(() => undefined)
    const outcomes = await Promise.all([
      insert('errors', 'a'),
      insert('message_events', 'b'),
      insert('errors', 'c'),
    ])
    expect(outcomes).toEqual(['written', 'written', 'written'])
    expect(inserts).toEqual(['errors: a+c', 'message_events: b'])
  })

  it('keeps within the bytes of an insert, but sends a single batch that is larger', async () => {
    const { inserts, insert } = harness(() => undefined, { bytesMax: 4 })
    await Promise.all([
      insert('errors', 'aaaaaa'),
      insert('errors', 'bb'),
      insert('errors', 'cc'),
      insert('errors', 'd'),
    ])
    expect(inserts).toEqual(['errors: aaaaaa', 'errors: bb+cc', 'errors: d'])
  })

  it('lets a bad row fail only the batch that has it', async () => {
    const { inserts, insert } = harness((text) => (text.includes('bad') ? 'bad row' : undefined))
    const outcomes = await Promise.all([
      insert('errors', 'a'),
      insert('errors', 'bad'),
      insert('errors', 'c'),
    ])
    expect(outcomes).toEqual(['written', 'Error: bad row', 'written'])
    expect(inserts).toEqual(['errors: a+bad+c', 'errors: a', 'errors: bad', 'errors: c'])
  })

  it('reports a failure that is not due to one batch to all of them', async () => {
    const { inserts, insert } = harness(() => 'refused')
    const outcomes = await Promise.all([insert('errors', 'a'), insert('errors', 'b')])
    expect(outcomes).toEqual(['Error: refused', 'Error: refused'])
    expect(inserts).toEqual(['errors: a+b'])
  })

  it('sends what arrived meanwhile in the next insert', async () => {
    const { inserts, insert } = harness(() => undefined)
    await insert('errors', 'a')
    await Promise.all([insert('errors', 'b'), insert('errors', 'c')])
    expect(inserts).toEqual(['errors: a', 'errors: b+c'])
  })

  it('waits for rows that were announced, and with no other table', async () => {
    const { announce, inserts, insert } = harness(() => undefined)
    const [first, second] = [announce(), announce()]
    const early = insert('errors', 'a')
    await insert('message_events', 'b')
    const late = insert('errors', 'c')
    first()
    await insert('message_events', 'd')
    second()
    await Promise.all([early, late])
    expect(inserts).toEqual(['message_events: b', 'message_events: d', 'errors: a+c'])
  })

  it('waits no longer where they never come', async () => {
    const { announce, inserts, insert } = harness(() => undefined, { announcedMsMax: 5 })
    const arrived = announce()
    await insert('errors', 'a')
    await insert('errors', 'b')
    arrived()
    expect(inserts).toEqual(['errors: a', 'errors: b'])
  })

  it('waits while an insert is under way, too', async () => {
    const { announce, inserts, insert } = harness(() => undefined)
    const early = insert('errors', 'a')
    await new Promise(setImmediate)
    const arrived = announce()
    const middle = insert('errors', 'b')
    await early
    const late = insert('errors', 'c')
    arrived()
    await Promise.all([middle, late])
    expect(inserts).toEqual(['errors: a', 'errors: b+c'])
  })
})
