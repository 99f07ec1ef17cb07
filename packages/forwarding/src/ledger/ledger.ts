/**
 * What became of a webhook, as far as a destination is concerned.
 *
 * - `acknowledged`: the destination answered with 2xx.
 * - `refused`: it is a dead letter.
 * - `unselected`: the destination's filter leaves it out.
 * - `absent`: no record has this offset any more.
 */
export const settlements = ['acknowledged', 'refused', 'unselected', 'absent'] as const
export type Settlement = (typeof settlements)[number]

export type Tally = Readonly<Record<Settlement, number>>

/** A committed position of a group with what is kept beside it. */
export interface KeptPosition {
  readonly offset: number
  readonly metadata?: string
}

/**
 * How far ahead of the first pending offset others may be settled. One bit each, as base64, has to
 * fit into the 4 096 bytes that a broker keeps beside an offset.
 */
export const WINDOW_OFFSETS = 16_384

const BITS = 8
const NOTHING: Tally = { acknowledged: 0, refused: 0, unselected: 0, absent: 0 }

/**
 * Which offsets of a partition a destination has been done with: all before `low`, and of those
 * after it some. It is what a group commits: the offset, and beside it the exceptions and counts of
 * all since `start`. So the counts add up to the offsets that are settled, whatever was lost in
 * between.
 */
export class Ledger {
  /** The first offset that it speaks of. */
  readonly start: number
  #low: number
  readonly #settled = new Uint8Array(WINDOW_OFFSETS)
  /** How many offsets from `low` on are settled. */
  #ahead = 0
  readonly #tally: Record<Settlement, number>

  private constructor(start: number, low: number, tally: Tally) {
    this.start = start
    this.#low = low
    this.#tally = { ...tally }
  }

  static begin(start: number): Ledger {
    return new Ledger(start, start, NOTHING)
  }

  /** A position that someone else set begins anew, because nothing is known of what was before. */
  static from({ metadata = '', offset }: KeptPosition): Ledger {
    const kept = parseKept(metadata)
    if (kept === undefined) return Ledger.begin(offset)
    const ledger = new Ledger(kept.start, offset, kept.tally)
    const bits = Buffer.from(kept.ahead, 'base64')
    for (let index = 0; index < Math.min(bits.length * BITS, WINDOW_OFFSETS); index += 1) {
      if (((bits[Math.floor(index / BITS)] ?? 0) & (1 << (index % BITS))) === 0) continue
      ledger.#settled[(offset + index) % WINDOW_OFFSETS] = 1
      ledger.#ahead += 1
    }
    return ledger
  }

  /** The first offset that is pending. */
  get low(): number {
    return this.#low
  }

  /** Offsets after `low` that are settled. */
  get ahead(): number {
    return this.#ahead
  }

  tally(): Tally {
    return { ...this.#tally }
  }

  /** True if it may be settled before `low` moves. */
  isWithin(offset: number): boolean {
    return offset < this.#low + WINDOW_OFFSETS
  }

  isSettled(offset: number): boolean {
    if (offset < this.#low) return true
    return this.isWithin(offset) && this.#settled[offset % WINDOW_OFFSETS] === 1
  }

  /** Throws a RangeError for an offset beyond the window; one that is settled stays as it is. */
  settle(offset: number, settlement: Settlement): void {
    if (!this.isWithin(offset)) throw new RangeError(`${offset} is too far after ${this.#low}`)
    if (this.isSettled(offset)) return
    this.#tally[settlement] += 1
    this.#settled[offset % WINDOW_OFFSETS] = 1
    this.#ahead += 1
    while (this.#settled[this.#low % WINDOW_OFFSETS] === 1) {
      this.#settled[this.#low % WINDOW_OFFSETS] = 0
      this.#ahead -= 1
      this.#low += 1
    }
  }

  /** What is to be committed. */
  position(): Required<KeptPosition> {
    const kept = { v: 1, start: this.start, ...this.#tally, ahead: this.#bits() }
    return { offset: this.#low, metadata: JSON.stringify(kept) }
  }

  #bits(): string {
    if (this.#ahead === 0) return ''
    const bits = new Uint8Array(WINDOW_OFFSETS / BITS)
    let last = 0
    for (let index = 0; index < WINDOW_OFFSETS; index += 1) {
      if (this.#settled[(this.#low + index) % WINDOW_OFFSETS] === 0) continue
      last = Math.floor(index / BITS)
      bits[last] = (bits[last] ?? 0) | (1 << (index % BITS))
    }
    return Buffer.from(bits.buffer, 0, last + 1).toString('base64')
  }
}

/** What a ledger is short of: 0, unless its counts and its position contradict each other. */
export function differenceOf(ledger: Ledger): number {
  const { absent, acknowledged, refused, unselected } = ledger.tally()
  return ledger.low - ledger.start + ledger.ahead - acknowledged - refused - unselected - absent
}

interface Kept {
  readonly start: number
  readonly tally: Tally
  readonly ahead: string
}

function parseKept(metadata: string): Kept | undefined {
  let content: unknown
  try {
    content = JSON.parse(metadata)
  } catch {
    return undefined
  }
  if (typeof content !== 'object' || content === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(content))
  const numberOf = (name: string): number => {
    const value = fields.get(name)
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : Number.NaN
  }
  const [start, ahead] = [numberOf('start'), fields.get('ahead')]
  const tally = {
    acknowledged: numberOf('acknowledged'),
    refused: numberOf('refused'),
    unselected: numberOf('unselected'),
    absent: numberOf('absent'),
  }
  const isWhole = [start, ...Object.values(tally)].every((value) => value >= 0)
  return isWhole && typeof ahead === 'string' && numberOf('v') === 1
    ? { start, tally, ahead }
    : undefined
}
