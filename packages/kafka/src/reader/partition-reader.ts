import { setTimeout as delay } from 'node:timers/promises'
import { type PartitionReader, type Position, type RecordBatch } from '@wabastream/processing'
import { type Connection } from '../connection/connection.ts'
import { KafkaError, toKafkaError } from '../wire/kafka-error.ts'
import { PartitionFetcher } from './partition-fetcher.ts'
import { END, readOffsets } from './topic-offsets.ts'
import { type FetchedBatch } from '../wire/records/fetched-batch.ts'

/** Longer than a transaction left open by its writer can hold back the end. */
const STALLED_MS_MAX = 75_000
const RETRY_MS = 200

/**
 * Reads one partition without a group: no member, no rebalance, nothing committed. Reads up to
 * the high watermark as it was, so it waits for a transaction that is still open there.
 */
class GrouplessReader implements PartitionReader {
  readonly #fetcher: PartitionFetcher
  #isClosed = false

  constructor(fetcher: PartitionFetcher) {
    this.#fetcher = fetcher
  }

  async readToEnd(
    from: Position,
    onBatch: (batch: RecordBatch) => Promise<void> | void,
    until = Infinity,
  ): Promise<Position> {
    const { partition, topic } = from
    const ends = await this.#repeat(() =>
      this.#fetcher.ask((cluster) => readOffsets(cluster, topic, END)),
    )
    const highWatermark = ends.get(partition)
    if (highWatermark === undefined)
      throw new KafkaError('unknown_topic', `no ${topic}-${partition}`)
    const end = Math.min(highWatermark, until)
    if (from.offset > highWatermark) {
      const message = `${topic}-${partition} ends at ${highWatermark}, before ${from.offset}`
      throw new KafkaError('position_gap', message)
    }
    let offset = from.offset
    let movedMs = performance.now()
    while (offset < end) {
      const position = { topic, partition, offset }
      const fetched = await this.#repeat(() => this.#fetcher.fetch(position))
      const batch = toRecordBatch(fetched)
      if (batch.nextOffset > offset) {
        await onBatch(batch)
        offset = batch.nextOffset
        movedMs = performance.now()
      } else if (performance.now() - movedMs > STALLED_MS_MAX) {
        const message = `${topic}-${partition} stands at ${offset}, before its end ${end}`
        throw new KafkaError('unavailable', message)
      }
    }
    return { topic, partition, offset }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#fetcher.close()
  }

  /** Repeats a read that a lost connection or a moved leader spoilt; a read changes nothing. */
  async #repeat<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + STALLED_MS_MAX
    for (;;) {
      if (this.#isClosed) throw new KafkaError('closed', 'the reader is closed')
      try {
        return await attempt()
      } catch (error) {
        const failure = toKafkaError(error, 'reading a partition')
        if (failure.code !== 'unavailable' || performance.now() > deadline) throw failure
        await this.#fetcher.close()
        await delay(RETRY_MS)
      }
    }
  }
}

export function toRecordBatch(fetched: FetchedBatch): RecordBatch {
  return {
    topic: fetched.topic,
    partition: fetched.partition,
    records: fetched.messages,
    fetchedOffset: Number(fetched.fetchedOffset),
    nextOffset: fetched.nextOffset,
    endOffset: fetched.endOffset,
  }
}

export function createPartitionReader(open: () => Connection): PartitionReader {
  return new GrouplessReader(new PartitionFetcher(open))
}
