import { type Counter } from 'prom-client'

/** Counts of one kind for one channel: plain numbers that a counter gets when it is read. */
interface Pending<Labels> {
  readonly labels: Labels
  count: number
}

/**
 * Counts by channel and something else. A counter of prom-client makes a text of its labels at each
 * call, which costs several times as much as two looks into a map.
 */
export class PendingCounts<Kind, Label extends string> {
  readonly #toLabels: (channel: string, kind: Kind) => Record<Label, string>
  readonly #channels = new Map<string, Map<Kind, Pending<Record<Label, string>>>>()

  constructor(toLabels: (channel: string, kind: Kind) => Record<Label, string>) {
    this.#toLabels = toLabels
  }

  add(channel: string, kind: Kind): void {
    let kinds = this.#channels.get(channel)
    if (kinds === undefined) {
      kinds = new Map()
      this.#channels.set(channel, kinds)
    }
    const pending = kinds.get(kind)
    if (pending === undefined) {
      kinds.set(kind, { labels: this.#toLabels(channel, kind), count: 1 })
    } else {
      pending.count += 1
    }
  }

  /** Adds everything since the last time. */
  moveTo(counter: Counter<Label>): void {
    for (const kinds of this.#channels.values()) {
      for (const { labels, count } of kinds.values()) counter.inc(labels, count)
    }
    this.#channels.clear()
  }
}
