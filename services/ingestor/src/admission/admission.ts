import { type BodyBudget, type Reading } from './body-budget.ts'
import { Lease } from './lease.ts'

export interface AdmissionLimits {
  readonly bytesMax: number
  readonly requestsMax: number
}

/**
 * What is in memory for webhooks that are genuine, until Kafka has them or they are given up; and
 * for bodies of senders who have proved before them who they are.
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

  /** Requests under way, also those whose body is still being read. */
  get requests(): number {
    return this.#requests
  }

  /** Then `leave` must follow. */
  enter(): void {
    this.#requests += 1
  }

  leave(): void {
    this.#requests -= 1
  }

  /** Whether one more webhook of so many bytes could be held now. */
  hasRoom(bytes: number): boolean {
    return this.#leases < this.#limits.requestsMax && this.#hasBytes(bytes)
  }

  /** For a webhook that is genuine; null where there is no room for it. */
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

  /** Nobody has to make room here: who sends is known. */
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
