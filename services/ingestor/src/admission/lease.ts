/** Where the bytes go back to. */
interface Lender {
  giveBack(bytes: number): void
}

/**
 * The right to hold a number of bytes in memory. It is handed on with them, and its last holder
 * releases it.
 */
export class Lease {
  readonly bytes: number
  readonly #lender: Lender
  /** This lease and its shares, as far as they are not released. */
  #holders = 1
  #isReleased = false

  /** A lease on bytes that the lender has set aside. */
  constructor(lender: Lender, bytes: number) {
    this.#lender = lender
    this.bytes = bytes
  }

  /**
   * For a second holder of the same bytes, which are given back when both have released their
   * lease.
   */
  share(): Lease {
    this.#holders += 1
    return new Lease({ giveBack: () => this.#leave() }, this.bytes)
  }

  /** A second call changes nothing. */
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
