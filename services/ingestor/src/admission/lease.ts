/** What is given back to. */
interface Lender {
  giveBack(bytes: number): void
}

/**
 * The right to hold so many bytes in memory. It is handed along with them, and whoever holds it
 * last releases it.
 */
export class Lease {
  readonly bytes: number
  readonly #lender: Lender
  /** This lease, if it was not released, and those shares of it that were not. */
  #holders = 1
  #isReleased = false

  /** On bytes that the lender has set aside. */
  constructor(lender: Lender, bytes: number) {
    this.#lender = lender
    this.bytes = bytes
  }

  /** For a second holder of the same bytes: they are given back when both have released theirs. */
  share(): Lease {
    this.#holders += 1
    return new Lease({ giveBack: () => this.#leave() }, this.bytes)
  }

  /** A second time changes nothing. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#leave()
  }

  #leave(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.#lender.giveBack(this.bytes)
  }
}
