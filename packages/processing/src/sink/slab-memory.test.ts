import { describe, expect, it } from '@jest/globals'
import { SlabMemory } from './slab-memory.ts'

describe('SlabMemory', () => {
  it('gives what is free again, and nothing that is too small', () => {
    const memory = new SlabMemory()
    const taken = memory.take(20_000)
    expect(taken).toHaveLength(32_768)
    memory.give(taken)
    expect(memory.take(40_000)).not.toBe(taken)
    expect(memory.take(32_768)).toBe(taken)
    expect(memory.take(32_768)).not.toBe(taken)
  })

  it('keeps no more than its limit', () => {
    const memory = new SlabMemory(50_000)
    const [one, other] = [memory.take(30_000), memory.take(30_000)]
    memory.give(one)
    memory.give(other)
    expect(memory.take(30_000)).toBe(one)
    expect(memory.take(30_000)).not.toBe(other)
  })
})
