// Goal: what ClickHouse merges is what the fold comes to and what `timelineOrders` says. Method:
// the events of a message are shared out, with repetition, among several timelines, whose rows are
// inserted in any order and batches; merged, they must be the row of the joined timeline.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type MessageEvent, type MessageTimeline } from '@wabastream/contracts'
import { evolve, initialTimeline, joinTimelines } from '@wabastream/domain'
import { arbitraryMessageEvent } from '@wabastream/testing'
import fc from 'fast-check'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { supersededColumns, timelineColumns, toTimelineRow } from './timeline-row.ts'

const MESSAGES = 40
/** The row of all the events, made without any merging. */
const JOINED = 'joined'
/** Which row is the message's, and what the first applied event settles. */
const unordered = new Set<string>(['number', 'anchor_day', 'headless', ...supersededColumns])
const COLUMNS = timelineColumns.filter((column) => !unordered.has(column)).join(', ')

const parts = (index: number) =>
  fc
    .array(arbitraryMessageEvent(`wamid.P${index}`), { minLength: 1, maxLength: 10 })
    .chain((events) =>
      fc
        .array(fc.subarray(events, { minLength: 1 }), { maxLength: 5 })
        .map((some) => [...some, events.filter((event) => !some.flat().includes(event))])
        .map((all) => all.filter((part) => part.length > 0)),
    )

const messages = fc.tuple(...Array.from({ length: MESSAGES }, (_, index) => parts(index)))

function fold(events: readonly MessageEvent[]): MessageTimeline {
  const [first] = events
  if (first === undefined) throw new Error('no events')
  return events.reduce(evolve, initialTimeline(first))
}

describe('rows of timelines', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())

  const insert = (timelines: readonly MessageTimeline[]) =>
    scratch.insert(
      timelines.map((timeline) => ({
        table: 'message_timeline',
        cells: toTimelineRow(timeline, 20_454),
      })),
    )
  const read = (number: string) =>
    scratch.client.query(`SELECT ${COLUMNS} FROM ${scratch.database}.message_timeline FINAL
      WHERE (number = '${JOINED}') = ${number === JOINED} ORDER BY message_id`)

  it('merge to the row of the timelines joined, whatever each of them knows', async () => {
    await fc.assert(
      fc.asyncProperty(messages, fc.infiniteStream(fc.nat()), async (given, random) => {
        const next = (): number => random.next().value ?? 0
        await scratch.client.command(`TRUNCATE TABLE ${scratch.database}.message_timeline`)
        const timelines = given.map((events) => events.map(fold))
        const rows = [...timelines, ...timelines]
          .flat()
          .map((timeline) => ({ timeline, place: next() }))
          .toSorted((left, right) => left.place - right.place)
          .map(({ timeline }) => timeline)
        for (let from = 0; from < rows.length;) {
          const count = 1 + (next() % 100)
          await insert(rows.slice(from, from + count))
          from += count
        }
        const joined = timelines.map((each) => each.reduce(joinTimelines))
        await insert(joined.map((timeline) => ({ ...timeline, number: JOINED })))
        const expected = await read(JOINED)
        expect(expected).toHaveLength(MESSAGES)
        expect(await read('')).toEqual(expected)
        await scratch.client.command(`OPTIMIZE TABLE ${scratch.database}.message_timeline FINAL`)
        expect(await read('')).toEqual(expected)
      }),
      { numRuns: 8, endOnFailure: true },
    )
  }, 120_000)
})
