import { type Position } from '@wabastream/processing'
import { KafkaError } from '../wire/kafka-error.ts'
import { type FetchedBatch } from '../wire/records/fetched-batch.ts'

/**
 * A damaged batch is fetched again, because a bit may have flipped on the way and not on the disk.
 */
const DAMAGED_TRIES_MAX = 4
const FIRST_RETRY_MS = 250

/** The broker's storage may be away for a while, above all tiered storage. Five minutes. */
const FAILED_TRIES_MAX = 35
const FAILED_RETRY_MS_MAX = 10_000

/** How long to wait before the next fetch; undefined after the last of `tries` in a row. */
export function retryDelayMs(
  { mayPass }: Pick<FetchedBatch, 'mayPass'>,
  tries: number,
): number | undefined {
  if (tries >= (mayPass ? FAILED_TRIES_MAX : DAMAGED_TRIES_MAX)) return undefined
  return mayPass ? Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), FAILED_RETRY_MS_MAX) : FIRST_RETRY_MS
}

export function corruptBatch({ offset, partition, topic }: Position, damage: string): KafkaError {
  const message = `${topic}-${partition} can't be read at offset ${offset}: ${damage}`
  return new KafkaError('corrupt_batch', message)
}
