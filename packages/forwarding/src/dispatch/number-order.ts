import { type Delivery } from './lane.ts'

/** Holds deliveries back until they are the first of each number that they are about. */
export class NumberOrder {
  readonly #queues = new Map<string, Delivery[]>()
  #count = 0

  /** Those that were admitted and are not done. */
  get count(): number {
    return this.#count
  }

  /** True if it need not wait for any other. */
  admit(delivery: Delivery): boolean {
    this.#count += 1
    for (const number of delivery.numbers) {
      const queue = this.#queues.get(number)
      if (queue === undefined) this.#queues.set(number, [delivery])
      else queue.push(delivery)
    }
    return this.#isFirst(delivery)
  }

  /** Ends one that was first; returns those that need not wait any more. */
  done(delivery: Delivery): readonly Delivery[] {
    this.#count -= 1
    const freed = new Set<Delivery>()
    for (const number of delivery.numbers) {
      const queue = this.#queues.get(number) ?? []
      queue.shift()
      const [next] = queue
      if (next === undefined) this.#queues.delete(number)
      else freed.add(next)
    }
    return [...freed].filter((one) => this.#isFirst(one))
  }

  /** Forgets all of a partition; returns those of others that need not wait any more. */
  drop(isDropped: (delivery: Delivery) => boolean): readonly Delivery[] {
    const before = new Set([...this.#queues.values()].flatMap(([first]) => first ?? []))
    const dropped = new Set<Delivery>()
    for (const [number, queue] of this.#queues) {
      for (const one of queue.filter(isDropped)) dropped.add(one)
      const left = queue.filter((one) => !isDropped(one))
      if (left.length === 0) this.#queues.delete(number)
      else this.#queues.set(number, left)
    }
    this.#count -= dropped.size
    const firsts = new Set([...this.#queues.values()].flatMap(([first]) => first ?? []))
    return [...firsts].filter((one) => !before.has(one) && this.#isFirst(one))
  }

  #isFirst(delivery: Delivery): boolean {
    return delivery.numbers.every((number) => this.#queues.get(number)?.[0] === delivery)
  }
}
