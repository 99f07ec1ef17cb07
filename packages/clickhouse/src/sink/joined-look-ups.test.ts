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

  it('fail together, and are asked again together', async () => {
    let failures = 1
    const lookUp = joinLookUps(async (ids) => {
      if (failures-- > 0) throw new Error('away')
      return ids.map(dayOf)
    })
    const ask = () => Promise.allSettled([lookUp([idOf('A')]), lookUp([idOf('B')])])
    expect((await ask()).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await ask()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  })
})
