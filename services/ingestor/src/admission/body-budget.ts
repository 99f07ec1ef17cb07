/** The memory of one body while it comes in. */
export interface Reading {
  /**
   * Whether there is room for more.
   * @param bytes of the body
   * @param cost in memory, with what holds them
   */
  charge(bytes: number, cost: number): boolean
  /** Gives everything back. A second time changes nothing. */
  end(): void
}

/** The budget to which incoming bodies are charged. */
export interface BodyBudget {
  /** `giveUp` is called at most once, when the body has to make room or comes in too slowly. */
  beginReading(giveUp: () => void): Reading
}
