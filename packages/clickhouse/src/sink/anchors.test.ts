import { describe, expect, it } from '@jest/globals'
import { type AnchorDay, type TimelineId } from '../rows/anchor-days.ts'
import { type MessageTimeline } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import { aStatus } from '@wabastream/testing'
import { createAnchorResolver, toKey } from './anchors.ts'

const headless = (messageId: string, anchorDay: number): MessageTimeline => {
  const event = aStatus('read', {}, { messageId })
  return { ...evolve(initialTimeline(event), event), anchorDay }
}

function resolverOver(stored: readonly AnchorDay[]) {
  const queries: string[][] = []
  const resolver = createAnchorResolver({
    async findAnchorDays(ids: readonly TimelineId[]) {
      queries.push(ids.map(({ messageId }) => messageId))
      return stored.filter((anchor) => ids.some((id) => id.messageId === anchor.messageId))
    },
  })
  const resolve = (
    timelines: readonly MessageTimeline[],
    days: ReadonlyMap<string, number> = new Map(),
  ) =>
    resolver.resolve({
      unanchored: timelines.map((timeline, sourceIndex) => ({ timeline, sourceIndex })),
      days,
    })
  return { queries, resolve }
}

describe('the anchor resolver', () => {
  const old = { number: '1', messageId: 'A', participant: '', anchorDay: 20_000 }

  it('adopts the day of an existing row, and keeps its own if there is none', async () => {
    const { resolve } = resolverOver([old])
    expect(await resolve([headless('A', 20_060), headless('B', 20_060)])).toEqual([20_000, 20_060])
  })

  it('adopts the day of a row of the same batch', async () => {
    const { resolve } = resolverOver([])
    const days = new Map([[toKey(headless('A', 0)), 20_010]])
    expect(await resolve([headless('A', 20_060)], days)).toEqual([20_010])
  })

  it('asks once for a timeline, however often it comes', async () => {
    const { resolve, queries } = resolverOver([old])
    await resolve([headless('A', 20_060), headless('A', 20_060), headless('B', 20_060)])
    expect(await resolve([headless('A', 20_061), headless('B', 20_060)])).toEqual([20_000, 20_060])
    expect(queries).toEqual([['A', 'B']])
  })

  it('adopts a later day, too: there is later news about a message that is read late', async () => {
    const { resolve } = resolverOver([{ ...old, anchorDay: 20_100 }])
    expect(await resolve([headless('A', 20_060)])).toEqual([20_100])
  })
})
