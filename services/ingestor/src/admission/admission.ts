import { type BodyBudget, type Reading } from './body-budget.ts'
import { Lease } from './lease.ts'

export interface AdmissionLimits {
  readonly bytesMax: number
  readonly requestsMax: number
}

/**
 * The memory for genuine webhooks, until Kafka has them or they are given up, and for bodies of
 * senders who proved who they are before sending them.
 */
export class Admission implements BodyBudget {
  readonly #limits: AdmissionLimits
  #bytes = 0
  #leases = 0
  #requests = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Requests under way, including those whose body is still being read. */
  get requests(): number {
    return this.#requests
  }

  /** If true, `leave` must follow. */
  enter(): void {
    this.#requests += 1
  }

  leave(): void {
    this.#requests -= 1
  }

  /** Whether one more webhook of this size could be held now. */
  hasRoom(bytes: number): boolean {
    return this.#leases < this.#limits.requestsMax && this.#hasBytes(bytes)
  }

  /** For a genuine webhook; null if there is no room for it. */
  lease(bytes: number): Lease | null {
    if (!this.hasRoom(bytes)) return null
    this.#bytes += bytes
    this.#leases += 1
    return new Lease(this, bytes)
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes
    this.#leases -= 1
  }

  /** Nobody has to make room here, because the sender is known. */
  beginReading(): Reading {
    let charged = 0
    return {
      charge: (_, cost) => {
        if (!this.#hasBytes(cost)) return false
        this.#bytes += cost
        charged += cost
        return true
      },
      end: () => {
        this.#bytes -= charged
        charged = 0
      },
    }
  }

  #hasBytes(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limits.bytesMax
  }
}
