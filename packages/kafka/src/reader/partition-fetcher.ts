import { setTimeout as delay } from 'node:timers/promises'
import { type Position } from '@wabastream/processing'
import { clientRetry, type Connection } from '../connection/connection.ts'
import { corruptBatch, retryDelayMs } from './damage.ts'
import { KafkaError } from '../wire/kafka-error.ts'
import { type FetchedBatch } from '../wire/records/fetched-batch.ts'
import { wiredKafkajs } from '../wire/install.ts'
import { type Cluster } from '../wire/internals.ts'

const READ_COMMITTED = 1
/** Packed; four times as many in memory, for each partition that is restored at the same time. */
const FETCH_BYTES_MAX = 1024 * 1024
const FETCH_WAIT_MS = 250
const METADATA_AGE_MS = 300_000

/** Requests about single partitions, outside any group. */
export class PartitionFetcher {
  readonly #open: () => Connection
  #closing = new AbortController()
  #cluster: Cluster | undefined
  /**
   * All callers share one attempt, because a broker counts as connected before it has said which
   * requests it knows.
   */
  #connecting: Promise<void> | undefined
  #connection: Connection | undefined

  constructor(open: () => Connection) {
    this.#open = open
  }

  /** Sends a request that is not about a single partition. */
  async ask<T>(question: (cluster: Cluster) => Promise<T>): Promise<T> {
    return await question(await this.#connected())
  }

  /**
   * Throws `corrupt_batch` if the batch at the position can't be read each time, and `closed` if it
   * is closed in between.
   */
  async fetch(position: Position): Promise<FetchedBatch> {
    for (let tries = 1; ; tries++) {
      const fetched = await this.#fetchOnce(position)
      if (fetched.damage === null || fetched.nextOffset > position.offset) return fetched
      const waitMs = retryDelayMs(fetched, tries)
      if (waitMs === undefined) throw corruptBatch(position, fetched.damage)
      await this.#wait(waitMs)
    }
  }

  async #wait(waitMs: number): Promise<void> {
    const { signal } = this.#closing
    await delay(waitMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) throw new KafkaError('closed', 'the partition is read no more')
  }

  async #fetchOnce({ offset, partition, topic }: Position): Promise<FetchedBatch> {
    const cluster = await this.#connected()
    await cluster.addTargetTopic(topic)
    await cluster.refreshMetadataIfNecessary()
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (nodeId === undefined)
      throw new KafkaError('unavailable', `no leader of ${topic}-${partition}`)
    const broker = await cluster.findBroker({ nodeId })
    const asked = { partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES_MAX }
    const { responses } = await broker.fetch({
      maxWaitTime: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytes: FETCH_BYTES_MAX,
      isolationLevel: READ_COMMITTED,
      topics: [{ topic, partitions: [asked] }],
    })
    const answer = responses[0]?.partitions[0]
    if (answer === undefined)
      throw new KafkaError('unavailable', `no answer for ${topic}-${partition}`)
    const { FetchedBatch: Batch } = wiredKafkajs()
    return new Batch(topic, String(offset), answer)
  }

  /** The next call connects again. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#closing = new AbortController()
    const [cluster, connection] = [this.#cluster, this.#connection]
    this.#cluster = undefined
    this.#connecting = undefined
    this.#connection = undefined
    connection?.sockets.shut()
    await cluster?.disconnect().catch(() => undefined)
  }

  async #connected(): Promise<Cluster> {
    const cluster = this.#cluster ?? this.#create()
    const connecting = this.#connecting ?? connect(cluster)
    this.#connecting = connecting
    try {
      await connecting
    } finally {
      if (this.#connecting === connecting) this.#connecting = undefined
    }
    return cluster
  }

  #create(): Cluster {
    const { Cluster: ClusterOfClient, InstrumentationEmitter } = wiredKafkajs()
    const connection = this.#open()
    const { config, kafka } = connection
    const emitter = new InstrumentationEmitter()
    connection.watch((listener) => {
      emitter.addListener('network.request_timeout', listener)
    })
    this.#connection = connection
    this.#cluster = new ClusterOfClient({
      ...config,
      logger: kafka.logger(),
      metadataMaxAge: METADATA_AGE_MS,
      retry: clientRetry,
      allowAutoTopicCreation: false,
      instrumentationEmitter: emitter,
    })
    return this.#cluster
  }
}

async function connect(cluster: Cluster): Promise<void> {
  if (!cluster.isConnected()) await cluster.connect()
}
