import { describe, expect, it } from '@jest/globals'
import { type AnchorDay, type TimelineId } from '../rows/anchor-days.ts'
import { joinLookUps } from './joined-look-ups.ts'

const idOf = (messageId: string): TimelineId => ({ number: '1', messageId, participant: '' })
const dayOf = (id: TimelineId): AnchorDay => ({ ...id, anchorDay: 20_000 })

describe('joined look-ups', () => {
  it('are one for those of a turn, and another for the next', async () => {
    const asked: string[][] = []
    const lookUp = joinLookUps(async (ids) => {
      asked.push(ids.map(({ messageId }) => messageId))
      return ids.map(dayOf)
    })
    const [first, second] = await Promise.all([lookUp([idOf('A')]), lookUp([idOf('B')])])
    expect(first).toEqual([dayOf(idOf('A')), dayOf(idOf('B'))])
    expect(second).toEqual(first)
    expect(await lookUp([idOf('C')])).toEqual([dayOf(idOf('C'))])
    expect(asked).toEqual([['A', 'B'], ['C']])
  })

  it('are asked alone where they do not fit into one query', async () => {
    const asked: number[] = []
    const lookUp = joinLookUps(async (ids) => {
      asked.push(ids.length)
      return ids.map(dayOf)
    })
    const many = Array.from({ length: 200_000 }, (_, index) => idOf(String(index)))
    const [few, all] = await Promise.all([lookUp([idOf('A')]), lookUp(many)])
    expect([few.length, all.length]).toEqual([1, 200_000])
    expect(asked.toSorted((a, b) => a - b)).toEqual([1, 200_000])
  })

  it('are asked alone after a failure, so that one refused id fails no other', async () => {
    const lookUp = joinLookUps(async (ids) => {
      if (ids.some(({ messageId }) => messageId === 'refused')) throw new Error('refused')
      return ids.map(dayOf)
    })
    const ended = await Promise.allSettled([lookUp([idOf('A')]), lookUp([idOf('refused')])])
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })
})
