export interface AdmissionLimits {
  readonly bytesMax: number
  readonly requestsMax: number
}

/**
 * Counts what is in memory on behalf of clients: requests not yet answered, and the bytes of bodies
 * from the moment they are read until Kafka has them (or they are given up).
 */
export class Admission {
  readonly #limits: AdmissionLimits
  #bytes = 0
  #requests = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  get bytes(): number {
    return this.#bytes
  }

  get requests(): number {
    return this.#requests
  }

  /** Whether a request that declares this many bytes may come in. Then `leave` must follow. */
  tryEnter(declaredBytes: number): boolean {
    if (this.#requests >= this.#limits.requestsMax) return false
    if (this.#bytes + declaredBytes > this.#limits.bytesMax) return false
    this.#requests += 1
    return true
  }

  leave(): void {
    this.#requests -= 1
  }

  /** Whether there is room for bytes that were read. If so, `release` must follow. */
  tryCharge(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.bytesMax) return false
    this.#bytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#bytes -= bytes
  }
}
