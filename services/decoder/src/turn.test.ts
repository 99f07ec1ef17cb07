import { describe, expect, it } from '@jest/globals'
import { createTurn } from './turn.ts'

describe('a turn', () => {
  it('lets everyone who asked within it go on before anything that they start', async () => {
    const nextTurn = createTurn()
    const log: string[] = []
    const ask = async (name: string): Promise<void> => {
      await nextTurn()
      log.push(name)
      await Promise.resolve()
      log.push(`after ${name}`)
    }
    await Promise.all([ask('a'), ask('b'), ask('c')])
    expect(log).toEqual(['a', 'b', 'c', 'after a', 'after b', 'after c'])
  })

  it('is followed by another', async () => {
    const nextTurn = createTurn()
    const first = nextTurn()
    await first
    expect(nextTurn()).not.toBe(first)
  })
})
