import { type Random } from '../../traffic/random.ts'
import { type Occurrence } from '../../traffic/traffic.ts'
import { type BusinessNumber } from '../business/business-number.ts'
import { type Agenda } from '../messages/agenda.ts'
import { largeOccurrences } from './large-body.ts'

const DUPLICATED_SHARE = 0.05
const DELAYED_SHARE = 0.2
const DELAY_MS_MAX = 10 * 60_000
const BATCHED_SHARE = 0.1
/** Meta puts at most this many updates into one webhook. */
const BATCH_UPDATES_MAX = 1_000
const BATCH_MS_MAX = 2_000
const LARGE_SHARE = 0.001

export interface ChaosOptions {
  readonly random: Random
  readonly agenda: Agenda
  readonly timeFactor: number
}

interface Batch {
  readonly occurrences: Occurrence[]
  readonly updatesMax: number
}

/** What happens to updates on their way at a provider on a bad day; nothing is left out. */
export class Chaos {
  readonly #options: ChaosOptions
  readonly #batches = new Map<BusinessNumber, Batch>()
  #hasSentLarge = false

  constructor(options: ChaosOptions) {
    this.#options = options
  }

  offer(business: BusinessNumber, occurrences: readonly Occurrence[]): void {
    const { random } = this.#options
    if (random.chance(DUPLICATED_SHARE)) {
      const from = random.chance(0.3) ? random.int(0, occurrences.length - 1) : 0
      this.#later(business, occurrences.slice(from))
    }
    if (!this.#hasSentLarge || random.chance(LARGE_SHARE)) {
      this.#hasSentLarge = true
      business.offer(largeOccurrences(business.channel, random))
    }
    if (random.chance(DELAYED_SHARE)) this.#later(business, occurrences)
    else this.#batch(business, occurrences)
  }

  #later(business: BusinessNumber, occurrences: readonly Occurrence[]): void {
    const { agenda, random, timeFactor } = this.#options
    const delayMs = random.int(1, DELAY_MS_MAX) / timeFactor
    agenda.at(Date.now() + delayMs, () => business.offer(occurrences))
  }

  /** Sends updates alone, or holds them up to send them with those that follow. */
  #batch(business: BusinessNumber, occurrences: readonly Occurrence[]): void {
    const { agenda, random } = this.#options
    const open = this.#batches.get(business)
    if (open !== undefined) {
      open.occurrences.push(...occurrences)
      if (open.occurrences.length >= open.updatesMax) this.#flush(business, open)
    } else if (random.chance(BATCHED_SHARE)) {
      const updatesMax = random.int(2, BATCH_UPDATES_MAX)
      const batch = { occurrences: [...occurrences], updatesMax }
      this.#batches.set(business, batch)
      agenda.at(Date.now() + BATCH_MS_MAX, () => this.#flush(business, batch))
    } else {
      business.offer(occurrences)
    }
  }

  #flush(business: BusinessNumber, batch: Batch): void {
    if (this.#batches.get(business) !== batch) return
    this.#batches.delete(business)
    for (let at = 0; at < batch.occurrences.length; at += BATCH_UPDATES_MAX) {
      business.offer(batch.occurrences.slice(at, at + BATCH_UPDATES_MAX))
    }
  }
}
