import { packOffsets, unpackOffsets } from './offset-list.ts'

/**
 * What became of a webhook, as far as a destination is concerned.
 *
 * - `acknowledged`: the destination answered with 2xx.
 * - `refused`: it is a dead letter.
 * - `unselected`: the destination's filter leaves it out.
 * - `absent`: its record was gone before it could be sent.
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
 * How many offsets may be pending at once. Their distances, as base64, have to fit into the 4 096
 * bytes that a broker keeps beside an offset: three bytes for one are up to two million offsets.
 */
export const PENDING_MAX = 800

const NOTHING: Tally = { acknowledged: 0, refused: 0, unselected: 0, absent: 0 }

/**
 * Which offsets of a partition a destination has been done with: all before `next`, but for those
 * that are pending. It is what a group commits: the first pending offset, and beside it the others
 * and counts of all since `start`. So the counts add up to the offsets that are settled, whatever
 * was lost in between.
 */
export class Ledger {
  /** The first offset that it speaks of. */
  readonly start: number
  #next: number
  /** In ascending order. */
  readonly #pending: Set<number>
  readonly #tally: Record<Settlement, number>

  private constructor(start: number, kept: { next: number; pending: Set<number>; tally: Tally }) {
    this.start = start
    this.#next = kept.next
    this.#pending = kept.pending
    this.#tally = { ...kept.tally }
  }

  static begin(start: number): Ledger {
    return new Ledger(start, { next: start, pending: new Set(), tally: NOTHING })
  }

  /** A position that someone else set begins anew, because nothing is known of what was before. */
  static from({ metadata = '', offset }: KeptPosition): Ledger {
    const kept = parseKept(metadata)
    const pending = kept === undefined ? undefined : unpackOffsets(offset, kept.pending)
    if (kept === undefined || pending === undefined) return Ledger.begin(offset)
    return new Ledger(kept.start, { ...kept, pending: new Set(pending) })
  }

  /** The first offset that is not settled. */
  get low(): number {
    return this.#pending.values().next().value ?? this.#next
  }

  /** The first offset of which nothing is known. */
  get next(): number {
    return this.#next
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  get isFull(): boolean {
    return this.#pending.size >= PENDING_MAX
  }

  tally(): Tally {
    return { ...this.#tally }
  }

  isSettled(offset: number): boolean {
    return offset < this.#next && !this.#pending.has(offset)
  }

  /** Offsets before the end that are not settled. */
  pendingBefore(endOffset: number): number {
    return Math.max(0, endOffset - this.#next) + this.#pending.size
  }

  /** Offsets are taken in their order; one that was pending before stays so. */
  take(offset: number): void {
    if (offset < this.#next) return
    this.#skipTo(offset)
    this.#pending.add(offset)
    this.#next = offset + 1
  }

  /** One that is settled stays as it is. */
  settle(offset: number, settlement: Settlement): void {
    if (this.isSettled(offset)) return
    this.take(offset)
    this.#pending.delete(offset)
    this.#tally[settlement] += 1
  }

  /** The log begins there now: what was pending before it is gone. Returns how many were. */
  expire(logStart: number): number {
    const gone = [...this.#pending].filter((offset) => offset < logStart)
    for (const offset of gone) this.settle(offset, 'absent')
    const unread = Math.max(0, logStart - this.#next)
    this.#skipTo(Math.max(logStart, this.#next))
    return gone.length + unread
  }

  /** What is to be committed. */
  position(): Required<KeptPosition> {
    const offset = this.low
    const pending = packOffsets(offset, this.#pending)
    const kept = { v: 1, start: this.start, ...this.#tally, next: this.#next, pending }
    return { offset, metadata: JSON.stringify(kept) }
  }

  #skipTo(offset: number): void {
    this.#tally.absent += offset - this.#next
    this.#next = offset
  }
}

/** What a ledger is short of: 0, unless its counts and its position contradict each other. */
export function differenceOf(ledger: Ledger): number {
  const { absent, acknowledged, refused, unselected } = ledger.tally()
  const settled = ledger.next - ledger.start - ledger.pendingCount
  return settled - acknowledged - refused - unselected - absent
}

interface Kept {
  readonly start: number
  readonly next: number
  readonly tally: Tally
  readonly pending: string
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
  const [start, next, pending] = [numberOf('start'), numberOf('next'), fields.get('pending')]
  const tally = {
    acknowledged: numberOf('acknowledged'),
    refused: numberOf('refused'),
    unselected: numberOf('unselected'),
    absent: numberOf('absent'),
  }
  const isWhole = [start, next, ...Object.values(tally)].every((value) => value >= 0)
  return isWhole && typeof pending === 'string' && numberOf('v') === 1
    ? { start, next, tally, pending }
    : undefined
}
