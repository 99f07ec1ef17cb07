/** What has its time, the earliest first; in the order of arrival at the same time. */
export class DueHeap<T> {
  readonly #entries: Entry<T>[] = []
  #arrivals = 0

  get size(): number {
    return this.#entries.length
  }

  /** When the earliest is due; undefined when there is none. */
  get nextMs(): number | undefined {
    return this.#entries[0]?.dueMs
  }

  push(value: T, dueMs: number): void {
    const entry = { value, dueMs, arrival: this.#arrivals++ }
    const entries = this.#entries
    let index = entries.length
    entries.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = entries[parent]
      if (above === undefined || isBefore(above, entry)) break
      entries[index] = above
      index = parent
    }
    entries[index] = entry
  }

  /** Takes out the earliest that is due by then; undefined when none is. */
  pop(nowMs: number): T | undefined {
    const first = this.#entries[0]
    if (first === undefined || first.dueMs > nowMs) return undefined
    const last = this.#entries.pop()
    if (last !== undefined && this.#entries.length > 0) this.#sink(last)
    return first.value
  }

  /** Takes out all of them, in their order. */
  drain(): readonly T[] {
    const values: T[] = []
    for (let next = this.pop(Infinity); next !== undefined; next = this.pop(Infinity)) {
      values.push(next)
    }
    return values
  }

  #sink(entry: Entry<T>): void {
    const entries = this.#entries
    let index = 0
    for (;;) {
      const left = entries[2 * index + 1]
      const right = entries[2 * index + 2]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (child === undefined || isBefore(entry, child)) break
      entries[index] = child
      index = 2 * index + (isRight ? 2 : 1)
    }
    entries[index] = entry
  }
}

interface Entry<T> {
  readonly value: T
  readonly dueMs: number
  readonly arrival: number
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.arrival < b.arrival)
}
