import { createRandom, type Random } from './random.ts'
import { type Delivery } from './traffic.ts'

export interface DuplicateOptions {
  readonly seed: string
  /** Share of the deliveries that are repeated. */
  readonly share: number
  /** The repetition comes at most this much later. */
  readonly delayMsMax: number
}

export interface ShuffleOptions {
  readonly seed: string
  /** Share of the deliveries that are held up. */
  readonly share: number
  readonly delayMsMax: number
}

/**
 * Adds deliveries made twice, as after a lost answer. A third of them have another composition:
 * only a part of the batch, or the batch together with the next one.
 */
export function duplicate(
  deliveries: readonly Delivery[],
  options: DuplicateOptions,
): readonly Delivery[] {
  const random = createRandom(`${options.seed}/duplicate`)
  const again = deliveries.flatMap((delivery, index) => {
    if (!random.chance(options.share)) return []
    const dueMs = delivery.dueMs + random.int(0, options.delayMsMax)
    const next = deliveries[index + 1]
    return [{ ...recompose(delivery, next, random), dueMs }]
  })
  return inOrder([...deliveries, ...again])
}

function recompose(delivery: Delivery, next: Delivery | undefined, random: Random): Delivery {
  const { channel, occurrences } = delivery
  switch (random.weighted({ same: 4, part: 1, joined: 1 })) {
    case 'same':
      return delivery
    case 'part': {
      const from = random.int(0, occurrences.length - 1)
      return { ...delivery, occurrences: occurrences.slice(from) }
    }
    case 'joined':
      return next?.channel === channel
        ? { ...delivery, occurrences: [...next.occurrences, ...occurrences] }
        : delivery
  }
}

/** Delays some deliveries, so that they overtake one another by at most `delayMsMax`. */
export function shuffle(
  deliveries: readonly Delivery[],
  options: ShuffleOptions,
): readonly Delivery[] {
  const random = createRandom(`${options.seed}/shuffle`)
  return inOrder(
    deliveries.map((delivery) =>
      random.chance(options.share)
        ? { ...delivery, dueMs: delivery.dueMs + random.int(1, options.delayMsMax) }
        : delivery,
    ),
  )
}

function inOrder(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.toSorted((a, b) => a.dueMs - b.dueMs)
}
