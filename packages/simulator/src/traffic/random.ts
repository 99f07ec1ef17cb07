/** A stream of numbers that depends only on its seed. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number, including both ends. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  /** Throws on an empty list. */
  pick<T>(items: readonly T[]): T
  /**
   * One of the keys, with a probability in proportion to its weight. Throws when no weight is above
   * zero.
   */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key
  /** Log-normal: half of the values lie below the median; a greater sigma makes a longer tail. */
  logNormalMs(shape: { readonly medianMs: number; readonly sigma: number }): number
  hex(digits: number): string
  digits(count: number): string
  /** Another stream, which does not change when numbers are drawn from this one. */
  fork(label: string): Random
}

const UINT32 = 2 ** 32

/** FNV-1a with a final mix: spreads a text over 32 bits. */
function hashText(text: string, basis: number): number {
  let hash = basis
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) | 0
}

/** SFC32: 128 bits of state, so that the streams of many stories do not overlap. */
function createUniform(seed: string): () => number {
  let a = hashText(seed, 0x811c9dc5)
  let b = hashText(seed, 0x01234567)
  let c = hashText(seed, 0x2545f491)
  let counter = 1
  const uniform = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / UINT32
  }
  for (let round = 0; round < 12; round += 1) uniform()
  return uniform
}

function pickWeighted<Key extends string>(
  weights: Readonly<Record<Key, number>>,
  uniform: () => number,
): Key {
  const entries: [Key, number][] = []
  for (const key in weights) entries.push([key, weights[key]])
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  let rest = uniform() * total
  for (const [key, weight] of entries) {
    if (weight > 0 && rest < weight) return key
    rest -= weight
  }
  throw new RangeError('no weight is above zero')
}

export function createRandom(seed: string): Random {
  const next = createUniform(seed)
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  const text = (length: number, radix: number): string =>
    Array.from({ length }, () => int(0, radix - 1).toString(radix)).join('')
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[int(0, items.length - 1)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    weighted: (weights) => pickWeighted(weights, next),
    logNormalMs({ medianMs, sigma }) {
      // Box-Muller; 1 - u keeps the logarithm away from zero.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return Math.round(medianMs * Math.exp(sigma * normal))
    },
    hex: (digits) => text(digits, 16).toUpperCase(),
    digits: (count) => text(count, 10),
    fork: (label) => createRandom(`${seed}/${label}`),
  }
}
