/** What is given back to. */
interface Lender {
  giveBack(bytes: number): void
}

/** Bytes of a budget, in the hands of one or more holders. */
class Loan {
  readonly bytes: number
  readonly #lender: Lender
  #holders = 0

  constructor(lender: Lender, bytes: number) {
    this.#lender = lender
    this.bytes = bytes
  }

  add(): void {
    this.#holders += 1
  }

  remove(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.#lender.giveBack(this.bytes)
  }
}

/**
 * The right to hold so many bytes in memory. It is handed along with them, and whoever holds it
 * last releases it.
 */
export class Lease {
  readonly #loan: Loan
  #isReleased = false

  private constructor(loan: Loan) {
    this.#loan = loan
    loan.add()
  }

  /** A lease on bytes that the lender has set aside. */
  static of(lender: Lender, bytes: number): Lease {
    return new Lease(new Loan(lender, bytes))
  }

  get bytes(): number {
    return this.#loan.bytes
  }

  /** For a second holder of the same bytes: they are given back when both have released theirs. */
  share(): Lease {
    return new Lease(this.#loan)
  }

  /** A second time changes nothing. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#loan.remove()
  }
}
