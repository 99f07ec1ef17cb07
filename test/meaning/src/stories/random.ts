/** Seeded choices: the same seed tells the same story. */
export interface Random {
  /** A whole number from 0 to below `end`. */
  int(end: number): number
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** Those that chance leaves, in their order. */
  some<T>(list: readonly T[], share: number): readonly T[]
  shuffle<T>(list: readonly T[]): readonly T[]
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (end: number): number => Math.floor(next() * end)
  return {
    int,
    chance: (share) => next() < share,
    pick(list) {
      const [picked] = list.slice(int(list.length))
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
    some: (list, share) => list.filter(() => next() < share),
    shuffle: (list) =>
      list
        .map((item) => ({ item, rank: next() }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
  }
}
