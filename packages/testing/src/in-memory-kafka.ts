import {
  type KafkaRecord,
  type OutgoingRecord,
  type PartitionReader,
  PortError,
  type Position,
  type TopicPartition,
  type TransactionalWriter,
} from '@wabastream/processing'
import { toKafkaRecord } from './conformance/in-memory-record.ts'

/** What the next transaction of a writer does instead of succeeding. */
export type TransactionFault = 'refused' | 'answer_lost'

/**
 * Logs, offsets and fencing of a broker in memory, for tests without a clock or a socket.
 * Transactions take effect as a whole and leave a marker, which is an offset without a record, in
 * every partition that they wrote to. Not modelled: aborted records, rebalances, retention.
 */
export class InMemoryKafka {
  /** Partitions whose records can't be read, as on a disk that lost bits. */
  readonly damagedTopics = new Set<string>()
  readonly #logs = new Map<string, (KafkaRecord | 'marker')[]>()
  readonly #committed = new Map<string, number>()
  readonly #epochs = new Map<string, number>()
  #fault: TransactionFault | undefined

  /** Applies to the next transaction of any writer, once. */
  failNextTransaction(fault: TransactionFault): void {
    this.#fault = fault
  }

  /** Starts over, as if all topics and groups were made again. */
  forget(): void {
    this.#logs.clear()
    this.#committed.clear()
  }

  append(target: TopicPartition, records: readonly OutgoingRecord[]): number {
    const log = this.logOf(target)
    const baseOffset = log.length
    for (const record of records) log.push(toKafkaRecord(log.length, record))
    return baseOffset
  }

  /** The records of a partition, without markers. */
  records(source: TopicPartition): readonly KafkaRecord[] {
    return this.logOf(source).filter((entry) => entry !== 'marker')
  }

  endOffset(source: TopicPartition): number {
    return this.logOf(source).length
  }

  committedOffset(groupId: string, source: TopicPartition): number | undefined {
    return this.#committed.get(`${groupId} ${nameOf(source)}`)
  }

  commit(groupId: string, position: Position): void {
    this.#committed.set(`${groupId} ${nameOf(position)}`, position.offset)
  }

  logOf(source: TopicPartition): (KafkaRecord | 'marker')[] {
    const name = nameOf(source)
    const log = this.#logs.get(name) ?? []
    this.#logs.set(name, log)
    return log
  }

  createReader(): PartitionReader {
    return {
      readToEnd: async (from, onBatch) => {
        if (this.damagedTopics.has(from.topic)) {
          const message = `${from.topic}-${from.partition} can't be read at offset ${from.offset}`
          throw new PortError('corrupt_batch', message)
        }
        const endOffset = this.endOffset(from)
        const records = this.records(from).filter(({ offset }) => offset >= from.offset)
        const { topic, partition, offset: fetchedOffset } = from
        await onBatch({
          topic,
          partition,
          records,
          fetchedOffset,
          nextOffset: endOffset,
          endOffset,
        })
        return { ...from, offset: endOffset }
      },
      close: async () => {},
    }
  }

  /** Of two writers with the same id, only the one that fenced last can write. */
  createWriter(transactionalId: string): TransactionalWriter {
    let epoch = -1
    return {
      fence: async () => {
        epoch = (this.#epochs.get(transactionalId) ?? 0) + 1
        this.#epochs.set(transactionalId, epoch)
      },
      write: async ({ groupId, input, outputs }) => {
        if (this.#epochs.get(transactionalId) !== epoch) throw new Error('fenced')
        const fault = this.#fault
        this.#fault = undefined
        if (fault === 'refused') throw new Error('transaction refused')
        this.commit(groupId, input)
        const positions = outputs.map((output) => {
          const offset = this.append(output, output.records)
          this.logOf(output).push('marker')
          return { topic: output.topic, partition: output.partition, offset }
        })
        if (fault === 'answer_lost') throw new Error('outcome unknown')
        return positions
      },
      close: async () => {
        epoch = -1
      },
    }
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
