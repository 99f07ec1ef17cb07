import {
  createSinkRunner,
  type InsertFailure,
  type Position,
  type RecordReader,
  type RejectedRecord,
  type SinkRunner,
} from '@wabastream/processing'
import { toKafkaRecord } from './in-memory-record.ts'
import { type SinkScene } from './sink-scene.ts'

/** Stands for a record that the reader cannot read. */
export const GARBAGE = 'garbage'
/** Stands for a record whose row the destination can't read. */
export const unreadable = (id: number): string => `unreadable ${id}`

type Refused = Pick<RejectedRecord, 'reason'> & {
  readonly partition: number
  readonly text: string
}

const TOPIC = 'records'
const DEADLINE_MS = 20_000

/** A scene's sink in the runner, fed by the test instead of by a consumer. */
export class SinkRun<Value> {
  readonly commits: Position[] = []
  readonly refused: Refused[] = []
  readonly failures: InsertFailure[] = []
  /** Partitions whose reading is paused. */
  readonly paused = new Set<number>()
  readonly broken: unknown[] = []
  readonly #runner: SinkRunner
  readonly #checks = new Set<() => void>()

  constructor(
    scene: SinkScene<Value>,
    onCommit: (position: Position) => Promise<void> = async () => {},
  ) {
    this.#runner = createSinkRunner({
      sink: scene.sink,
      reader: readerOf(scene),
      limits: { batchRowsMax: 1_000, batchBytesMax: 1e6 },
      gather: { promptMs: 10 },
      schemaRetryMs: 20,
      retryMinMs: 5,
      confirmAfterMs: [5, 5],
      observer: {
        insertTook: () => {},
        inserted: () => {},
        commitFailed: () => {},
        failed: ({ cause }) => {
          this.#note(() => this.failures.push(cause))
        },
      },
      reject: async ({ partition }, records) => {
        for (const { reason, source } of records) {
          this.refused.push({ partition, reason, text: Buffer.from(source.value).toString() })
        }
      },
      onBroken: (error) => {
        this.#note(() => this.broken.push(error))
      },
    })
    this.#runner.attach({
      commit: async (positions) => {
        for (const position of positions) await onCommit(position)
        this.#note(() => this.commits.push(...positions))
      },
      pause: ({ partition }) => {
        this.paused.add(partition)
      },
      resume: ({ partition }) => {
        this.#note(() => this.paused.delete(partition))
      },
    })
  }

  /** Reads the records, from `offset` on, as one batch of the partition. */
  async add(partition: number, offset: number, records: readonly (number | string)[]) {
    const nextOffset = offset + records.length
    const batch = {
      topic: TOPIC,
      partition,
      fetchedOffset: offset,
      nextOffset,
      endOffset: nextOffset,
      records: records.map((record, index) =>
        toKafkaRecord(offset + index, { key: null, value: Buffer.from(String(record)) }),
      ),
    }
    await this.#runner.handlers.onBatch(batch, {
      heartbeat: async () => {},
      isStale: () => false,
    })
  }

  async revoke(partition: number): Promise<void> {
    await this.#runner.handlers.onRevoked?.({ topic: TOPIC, partition })
  }

  /** Writes and commits what was read. */
  drain(): Promise<void> {
    return this.#runner.drain()
  }

  /** Resolves once the condition holds; checks it again whenever something happened. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    if (isSo()) return
    const done = Promise.withResolvers<void>()
    const check = (): void => {
      if (isSo()) done.resolve()
    }
    const timer = setTimeout(() => {
      done.reject(
        new Error(`not within ${DEADLINE_MS} ms: ${what}; failed: ${this.failures.join()}`),
      )
    }, DEADLINE_MS)
    this.#checks.add(check)
    try {
      await done.promise
    } finally {
      clearTimeout(timer)
      this.#checks.delete(check)
    }
  }

  untilCommitted(partition: number, offset: number): Promise<void> {
    return this.until(`${offset} of partition ${partition} is committed`, () =>
      this.commits.some((commit) => commit.partition === partition && commit.offset === offset),
    )
  }

  #note(change: () => unknown): void {
    change()
    for (const check of this.#checks) check()
  }
}

function readerOf<Value>(scene: SinkScene<Value>): RecordReader<Value> {
  return {
    read(value) {
      const text = Buffer.from(value).toString()
      if (text === GARBAGE) return { kind: 'rejected', error: new Error('no record') }
      const id = Number(text.split(' ').at(-1))
      const isReadable = text === String(id)
      return {
        kind: 'record',
        record: isReadable ? scene.toValue(id) : scene.toUnreadableValue(id),
      }
    },
    prepare: async () => undefined,
  }
}
