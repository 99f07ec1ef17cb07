import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

const UINT32 = 2 ** 32
/** The generator's first numbers follow from its seed in a plain way. */
const SKIPPED = 6
const HEX = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))
const DIGITS = Array.from({ length: 10_000 }, (_, value) => String(value).padStart(4, '0'))

/** A stream of numbers that depends only on its seed. */
export class Dice {
  readonly #generator: ReturnType<typeof xoroshiro128plus>

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed)
    for (let skipped = 0; skipped < SKIPPED; skipped += 1) this.#generator.next()
  }

  /** In [0, 1). */
  next(): number {
    return (this.#generator.next() >>> 0) / UINT32
  }

  /** A whole number, including both ends. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Throws on an empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** Half of the values lie below the median; a greater sigma makes a longer tail. */
  logNormal(median: number, sigma: number): number {
    // Box-Muller; 1 - u keeps the logarithm away from zero.
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return Math.round(median * Math.exp(sigma * normal))
  }

  /** `length`: a multiple of 8. */
  hex(length: number): string {
    let text = ''
    while (text.length < length) {
      const bits = this.#generator.next()
      text += `${HEX[bits >>> 16] ?? ''}${HEX[bits & 0xffff] ?? ''}`
    }
    return text
  }

  digits(count: number): string {
    let text = ''
    while (text.length < count) text += DIGITS[Math.floor(this.next() * 10_000)] ?? ''
    return text.slice(0, count)
  }
}

/** The seed of a stream of its own for each pair of numbers. */
export function seedOf(seed: number, one: number, other: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ one
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ other
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f)
  return (hash ^ (hash >>> 16)) | 0
}

/** Chooses by weights: which of them a number in [0, 1) falls to. */
export function createChooser(weights: readonly number[]): (at: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  const ends = weights.map((weight) => (sum += weight / total))
  return (at) => {
    let low = 0
    let high = ends.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 1) <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
