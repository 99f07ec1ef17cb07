import { describe, expect, it } from '@jest/globals'
import { growthOf } from './resource-watch.ts'

const steady = Array.from({ length: 30 }, (_, at) => ({ memoryMib: 150 + (at % 7), handles: 40 }))

describe('growthOf', () => {
  it('finds nothing in a life that goes up and down, or only rose at its start', () => {
    const rising = steady.map((sample, at) => ({
      ...sample,
      memoryMib: Math.min(60 + at * 20, 200),
    }))
    expect(growthOf({ instance: 'a', samples: steady })).toEqual([])
    expect(growthOf({ instance: 'a', samples: rising })).toEqual([])
  })

  it('names memory and handles that grow without end', () => {
    const samples = steady.map((_, at) => ({ memoryMib: 100 + at * 40, handles: 40 + at * 10 }))
    expect(growthOf({ instance: 'decoder-1', samples })).toEqual([
      'decoder-1: memory from 700 to 1100 MiB',
      'decoder-1: file handles from 190 to 290',
    ])
  })

  it('says nothing about a life that is too short', () => {
    const samples = steady.slice(0, 10).map((_, at) => ({ memoryMib: 100 * 2 ** at, handles: 40 }))
    expect(growthOf({ instance: 'a', samples })).toEqual([])
  })
})
