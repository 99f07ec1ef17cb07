import { hash } from 'node:crypto'

/** Of a digest: two of a million messages have the same with a chance of 1 in 10^17. */
const DIGEST_BYTES = 12
/** Share of all that is let go at once, so that it need not be looked for with each message. */
const SHARE_LET_GO = 0.01

/**
 * Which messages are due and lie in the topic alone, by a digest of their keys: some 70 bytes each.
 * A number's are in the order in which they became due.
 */
export class SpilledMessages {
  readonly #byNumber = new Map<string, Set<string>>()
  readonly #max: number
  #count = 0

  /** Of more than `max` the oldest are let go, of the number that has the most. */
  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#count
  }

  /** Those that have any. */
  numbers(): readonly string[] {
    return [...this.#byNumber.keys()]
  }

  countOf(number: string): number {
    return this.#byNumber.get(number)?.size ?? 0
  }

  /** Costs nothing where a number has none. */
  has(number: string, key: string): boolean {
    return this.#byNumber.get(number)?.has(toDigest(key)) === true
  }

  /** Returns how many had to be let go for it, and of which number. */
  add(number: string, key: string): { readonly number: string; readonly letGo: number } {
    const digests = this.#byNumber.get(number) ?? new Set()
    this.#byNumber.set(number, digests)
    const before = digests.size
    digests.add(toDigest(key))
    this.#count += digests.size - before
    return this.#count <= this.#max ? { number, letGo: 0 } : this.#letGo()
  }

  delete(number: string, key: string): boolean {
    const digests = this.#byNumber.get(number)
    if (digests?.delete(toDigest(key)) !== true) return false
    this.#count -= 1
    if (digests.size === 0) this.#byNumber.delete(number)
    return true
  }

  #letGo(): { readonly number: string; readonly letGo: number } {
    const [number, digests] = [...this.#byNumber].reduce((most, one) =>
      one[1].size > most[1].size ? one : most,
    )
    const before = digests.size
    const letGo = Math.max(1, Math.floor(this.#max * SHARE_LET_GO))
    for (const digest of digests) {
      if (before - digests.size >= letGo) break
      digests.delete(digest)
    }
    this.#count -= before - digests.size
    return { number, letGo: before - digests.size }
  }
}

function toDigest(key: string): string {
  return hash('sha1', key, 'buffer').toString('latin1', 0, DIGEST_BYTES)
}
