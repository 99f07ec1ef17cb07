import { type BodyBudget, type Reading } from './body-budget.ts'

const SWEEP_INTERVAL_MS = 1_000
/** A lost packet is sent again within a second or two. */
const SLOW_SWEEPS_MAX = 2
/**
 * Makes room for more than the next chunk, because the cost of finding the slowest grows with their
 * number.
 */
const ROOM_SHARE = 1 / 8

export interface StrangersLimits {
  readonly bytesMax: number
  /** A body that comes in more slowly for some seconds is given up. */
  readonly bytesPerSecondMin: number
}

class Stranger implements Reading {
  readonly #budget: StrangersBudget
  readonly giveUp: () => void
  /** What it holds in memory. */
  cost = 0
  bytesSinceSweep = 0
  /** Bytes of the last second; null in its first second. */
  bytesPerSecond: number | null = null
  slowSweeps = 0

  constructor(budget: StrangersBudget, giveUp: () => void) {
    this.#budget = budget
    this.giveUp = giveUp
  }

  charge(bytes: number, cost: number): boolean {
    return this.#budget.charge(this, bytes, cost)
  }

  end(): void {
    this.#budget.end(this)
  }
}

/**
 * The memory of all bodies that nobody can vouch for before they are read. Anybody can begin one,
 * so when it is used up, the slowest is given up instead of keeping others out.
 */
export class StrangersBudget implements BodyBudget {
  readonly #limits: StrangersLimits
  readonly #strangers = new Set<Stranger>()
  readonly #sweep: NodeJS.Timeout
  #bytes = 0

  constructor(limits: StrangersLimits) {
    this.#limits = limits
    this.#sweep = setInterval(() => this.#giveUpSlow(), SWEEP_INTERVAL_MS).unref()
  }

  get bytes(): number {
    return this.#bytes
  }

  beginReading(giveUp: () => void): Reading {
    const stranger = new Stranger(this, giveUp)
    this.#strangers.add(stranger)
    return stranger
  }

  close(): void {
    clearInterval(this.#sweep)
  }

  charge(stranger: Stranger, bytes: number, cost: number): boolean {
    const { bytesMax } = this.#limits
    if (this.#bytes + cost > bytesMax) this.#makeRoom(stranger, cost)
    if (this.#bytes + cost > bytesMax) return false
    this.#bytes += cost
    stranger.cost += cost
    stranger.bytesSinceSweep += bytes
    return true
  }

  end(stranger: Stranger): void {
    this.#strangers.delete(stranger)
    this.#bytes -= stranger.cost
    stranger.cost = 0
  }

  /** A client that is sending at the moment is not the slowest, whatever the figures say. */
  #makeRoom(sending: Stranger, cost: number): void {
    const { bytesMax } = this.#limits
    const bytesWanted = bytesMax * (1 - ROOM_SHARE) - cost
    const slowestFirst = [...this.#strangers].toSorted(bySpeed)
    for (const stranger of slowestFirst) {
      if (this.#bytes <= bytesWanted) return
      if (stranger !== sending && stranger.cost > 0) this.#giveUp(stranger)
    }
  }

  #giveUpSlow(): void {
    const { bytesPerSecondMin } = this.#limits
    for (const stranger of this.#strangers) {
      const isFirst = stranger.bytesPerSecond === null
      stranger.bytesPerSecond = (stranger.bytesSinceSweep * 1_000) / SWEEP_INTERVAL_MS
      stranger.bytesSinceSweep = 0
      const isSlow = !isFirst && stranger.bytesPerSecond < bytesPerSecondMin
      stranger.slowSweeps = isSlow ? stranger.slowSweeps + 1 : 0
      if (stranger.slowSweeps >= SLOW_SWEEPS_MAX) this.#giveUp(stranger)
    }
  }

  #giveUp(stranger: Stranger): void {
    this.end(stranger)
    stranger.giveUp()
  }
}

/** Those that just began count as the fastest; among them, the one that holds most goes first. */
function bySpeed(a: Stranger, b: Stranger): number {
  const [speedA, speedB] = [speedOf(a), speedOf(b)]
  return speedA === speedB ? b.cost - a.cost : speedA - speedB
}

function speedOf({ bytesPerSecond }: Stranger): number {
  return bytesPerSecond ?? Infinity
}
