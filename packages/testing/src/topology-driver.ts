import {
  type CommittedRun,
  type KafkaRecord,
  type OutgoingRecord,
  type RejectedRecord,
  type StatefulLimits,
  StatefulLoop,
  type StatefulLoopOptions,
  type StatefulProcessor,
  type StatefulSerde,
  type StateStore,
  type TopicPartition,
} from '@wabastream/processing'
import { InMemoryConsumer } from './in-memory-consumer.ts'
import { InMemoryKafka } from './in-memory-kafka.ts'
import { createInMemoryStateStore } from './conformance/in-memory-state-store.ts'

export interface TopologyDriverOptions<Event, State> {
  readonly serde: StatefulSerde<Event, State>
  readonly processor: StatefulProcessor<Event, State>
  readonly inputTopic: string
  readonly changelogTopic: string
  readonly limits?: Partial<StatefulLimits>
  readonly failuresMax?: number
  readonly now?: () => number
}

/** The loop's events that tests ask about. */
export interface Observed {
  readonly committed: CommittedRun[]
  readonly rejected: RejectedRecord[]
  readonly failures: Error[]
  readonly halted: Error[]
  readonly crashes: Error[]
}

const LIMITS: StatefulLimits = {
  runRecordsMax: 100,
  runBytesMax: 1_000_000,
  expiryMs: 45 * 86_400_000,
  sweepSizeMax: 10,
  sourceCount: 1,
  silenceMaxMs: 86_400_000,
  sweepDelayMs: 0,
  cacheAgeMaxMs: 86_400_000,
}
const PARTITION = 0

/**
 * Runs a stateful processor in its real loop over an in-memory broker, one partition, step by step:
 * what `pipe` puts in is done when it resolves.
 */
export class TopologyDriver<Event, State> {
  readonly kafka = new InMemoryKafka()
  readonly observed: Observed = {
    committed: [],
    rejected: [],
    failures: [],
    halted: [],
    crashes: [],
  }
  readonly #options: TopologyDriverOptions<Event, State>
  #store: StateStore = createInMemoryStateStore()
  #consumer: InMemoryConsumer | undefined
  #loop: StatefulLoop<Event, State>

  constructor(options: TopologyDriverOptions<Event, State>) {
    this.#options = options
    this.#loop = this.#createLoop()
  }

  get input(): TopicPartition {
    return { topic: this.#options.inputTopic, partition: PARTITION }
  }

  get consumer(): InMemoryConsumer {
    if (this.#consumer === undefined) throw new Error('the loop has made no consumer')
    return this.#consumer
  }

  get loop(): StatefulLoop<Event, State> {
    return this.#loop
  }

  async pipe(records: readonly OutgoingRecord[], batchRecordsMax?: number): Promise<void> {
    this.kafka.append(this.input, records)
    await this.consumer.drain(batchRecordsMax)
  }

  records(topic: string): readonly KafkaRecord[] {
    return this.kafka.records({ topic, partition: PARTITION })
  }

  /** The last value of each key of a compacted topic, without those deleted. */
  latest(topic: string): ReadonlyMap<string, Uint8Array> {
    const latest = new Map<string, Uint8Array>()
    for (const record of this.records(topic)) {
      const key = record.keyText() ?? ''
      if (record.value === null) latest.delete(key)
      else latest.set(key, record.value)
    }
    return latest
  }

  storedKeys(): readonly string[] {
    return this.#store.scan(undefined, Number.MAX_SAFE_INTEGER).map(([key]) => key)
  }

  /** Continues in a new process after the old one was killed, on its disk or on an empty one. */
  restart({ isDiskLost }: { readonly isDiskLost: boolean }): void {
    if (isDiskLost) this.#store = createInMemoryStateStore()
    this.#loop = this.#createLoop()
  }

  #createLoop(): StatefulLoop<Event, State> {
    const { serde, processor, changelogTopic, limits, failuresMax } = this.#options
    const { kafka, observed } = this
    const groupId = 'processor.g1'
    const options: StatefulLoopOptions<Event, State> = {
      groupId,
      changelogTopic,
      serde,
      processor,
      failuresMax: failuresMax ?? 3,
      limits: { ...LIMITS, ...limits },
      now: this.#options.now ?? (() => 0),
      waitMs: async () => {},
      openStore: () => this.#store,
      createWriter: (input) => kafka.createWriter(`${groupId}-${input.topic}-${input.partition}`),
      createReader: () => kafka.createReader(),
      readCommittedOffset: async (input) => kafka.committedOffset(groupId, input),
      readBounds: async (partition) => ({ startOffset: 0, endOffset: kafka.endOffset(partition) }),
      createConsumer: (handlers) => {
        const partitions = [this.input]
        this.#consumer = new InMemoryConsumer(kafka, { groupId, partitions, handlers })
        return this.#consumer
      },
      reject: async (_, rejected) => {
        observed.rejected.push(...rejected)
      },
      onCrash: (error) => observed.crashes.push(error),
      observer: {
        taking: () => {},
        taken: () => {},
        released: () => {},
        restoring: () => {},
        restored: () => {},
        waiting: () => {},
        committed: (run) => observed.committed.push(run),
        failed: ({ error }) => observed.failures.push(error),
        halted: (_, error) => observed.halted.push(error),
      },
    }
    return new StatefulLoop(options)
  }
}
