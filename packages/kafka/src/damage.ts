import { type Position } from '@wabastream/processing'
import { KafkaError } from './kafka-error.ts'

/** How often a damaged batch is fetched: a bit that was flipped on the way is not on the disk. */
export const DAMAGED_TRIES_MAX = 4
export const DAMAGED_RETRY_MS = 250

export function corruptBatch({ offset, partition, topic }: Position, damage: string): KafkaError {
  const message = `${topic}-${partition} can't be read at offset ${offset}: ${damage}`
  return new KafkaError('corrupt_batch', message)
}
