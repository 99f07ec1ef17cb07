interface OutOfRange {
  readonly topic: string
  readonly partition: number
}

export interface ConsumerGroupClass {
  readonly prototype: { recoverFromOffsetOutOfRange(error: OutOfRange): Promise<void> }
}

/** The position asked for is no longer, or not yet, in the log. */
export class PositionLost extends Error {
  override readonly name = 'PositionLost'
  /** Tells the client to stop. */
  readonly retriable = false
  readonly topic: string
  readonly partition: number

  constructor({ partition, topic }: OutOfRange) {
    super(`position in ${topic}-${partition} is out of range`)
    this.topic = topic
    this.partition = partition
  }
}

/**
 * Amends consumer/consumerGroup.js, which would commit a default offset over the group's own
 * and read on from there as if nothing had been skipped.
 */
export function haltOutOfRange(shipped: ConsumerGroupClass): ConsumerGroupClass {
  shipped.prototype.recoverFromOffsetOutOfRange = async function halt(error) {
    throw new PositionLost(error)
  }
  return shipped
}
