import { type StateStore } from '../ports/ports.ts'

/** The watermark's time between two walks over the state: expired state may stay that long. */
const WALK_EVERY_MS = 86_400_000

export interface ExpirySweepOptions {
  readonly store: StateStore
  readonly lastReceivedAtOf: (value: Uint8Array) => number
  readonly expiryMs: number
  /** Entries looked at per step. */
  readonly stepSizeMax: number
}

/**
 * Walks over the state in small steps, from batch to batch, and names the keys that have expired.
 * It only tidies up: to an event that comes too late, expired state is absent even before it is
 * removed.
 */
export class ExpirySweep {
  readonly #options: ExpirySweepOptions
  #cursor: string | undefined
  #isWalking = false
  #walkedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: ExpirySweepOptions) {
    this.#options = options
  }

  step(watermarkMs: number): readonly string[] {
    const { store, stepSizeMax, lastReceivedAtOf, expiryMs } = this.#options
    if (!this.#isWalking && watermarkMs - this.#walkedAtMs < WALK_EVERY_MS) return []
    if (!this.#isWalking) this.#walkedAtMs = watermarkMs
    const entries = store.scan(this.#cursor, stepSizeMax)
    this.#isWalking = entries.length === stepSizeMax
    this.#cursor = this.#isWalking ? entries.at(-1)?.[0] : undefined
    return entries
      .filter(([, value]) => lastReceivedAtOf(value) < watermarkMs - expiryMs)
      .map(([key]) => key)
  }
}
