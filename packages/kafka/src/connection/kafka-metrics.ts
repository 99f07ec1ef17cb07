import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type PartitionProgress } from '@wabastream/processing'
import { producedBytes } from '../wire/records/produced-bytes.ts'

export interface KafkaMetrics {
  readonly producedRecords: Histogram<'topic'>
  readonly produceSeconds: Histogram<'topic'>
  readonly produceFailures: Counter<'topic'>
  readonly producerRebuilds: Counter<'topic'>
  readonly refusedRecords: Counter<'topic'>
  readonly fetches: Counter<'group'>
  readonly transactions: Counter<'outcome'>
  readonly transactionSeconds: Histogram
  readonly silentConnections: Counter
  readonly retentionSeconds: Gauge<'topic'>
  /** Lag is read when metrics are collected; returns a function that ends that. */
  watchLag(groupId: string, progress: () => readonly PartitionProgress[]): () => void
  readonly partitionHalted: Gauge<'group' | 'topic' | 'partition'>
}

const recordBuckets = [1, 10, 50, 100, 200, 500, 1_000, 2_000, 5_000]
const secondBuckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

type LagSources = Map<() => readonly PartitionProgress[], string>

/** 0 if no record waits; undefined, which is not 0, if records of unknown age wait. */
function ageSeconds(progress: PartitionProgress, nowMs: number): number | undefined {
  if (progress.lagRecords === 0) return 0
  if (progress.receivedAtMs === null) return undefined
  return Math.max(0, (nowMs - progress.receivedAtMs) / 1_000)
}

function createLagGauges(registry: Registry, sources: LagSources): void {
  const labelNames = ['group', 'topic', 'partition'] as const
  const collectInto = (
    gauge: Gauge<'group' | 'topic' | 'partition'>,
    valueOf: (one: PartitionProgress) => number | undefined,
  ): void => {
    gauge.reset()
    for (const [progress, group] of sources) {
      for (const one of progress()) {
        const value = valueOf(one)
        if (value === undefined) continue
        gauge.set({ group, topic: one.topic, partition: one.partition }, value)
      }
    }
  }
  const records = new Gauge({
    name: 'wa_kafka_consumer_lag_records',
    help: 'records between the fetch position and the end of the partition',
    labelNames,
    registers: [registry],
    collect: () => {
      collectInto(records, (one) => one.lagRecords)
    },
  })
  const seconds = new Gauge({
    name: 'wa_kafka_consumer_lag_seconds',
    help: 'age of the event at the fetch position; 0 if nothing waits after it, absent if unknown',
    labelNames,
    registers: [registry],
    collect: () => {
      collectInto(seconds, (one) => ageSeconds(one, Date.now()))
    },
  })
  const positions = new Gauge({
    name: 'wa_kafka_consumer_position_offset',
    help: 'fetch position: does not move while a partition stands still',
    labelNames,
    registers: [registry],
    collect: () => {
      collectInto(positions, (one) => one.position)
    },
  })
}

/** Counted where batches are written, which is the same place for all clients of the process. */
function createByteCounter(registry: Registry): void {
  new Counter({
    name: 'wa_kafka_produced_bytes_total',
    help: 'bytes of records produced: plain, as they were before they were packed; sent, after it',
    labelNames: ['topic', 'form'] as const,
    registers: [registry],
    collect() {
      this.reset()
      for (const [topic, { plain, sent }] of producedBytes()) {
        this.inc({ topic, form: 'plain' }, plain)
        this.inc({ topic, form: 'sent' }, sent)
      }
    },
  })
}

export function createKafkaMetrics(registry: Registry): KafkaMetrics {
  const registers = [registry]
  const topic = { labelNames: ['topic'] as const, registers }
  const sources: LagSources = new Map()
  createLagGauges(registry, sources)
  createByteCounter(registry)
  return {
    producedRecords: new Histogram({
      name: 'wa_kafka_produce_batch_records',
      help: 'records in one produce request',
      buckets: recordBuckets,
      ...topic,
    }),
    produceSeconds: new Histogram({
      name: 'wa_kafka_produce_latency_seconds',
      buckets: secondBuckets,
      ...topic,
      help: 'time from the first attempt at a batch to its acknowledgement',
    }),
    produceFailures: new Counter({
      name: 'wa_kafka_produce_failures_total',
      help: 'attempts that failed and are repeated',
      ...topic,
    }),
    producerRebuilds: new Counter({
      name: 'wa_kafka_producer_rebuilds_total',
      ...topic,
      help: 'producers discarded after a final error; the batch is sent by a new one',
    }),
    refusedRecords: new Counter({
      name: 'wa_kafka_refused_records_total',
      help: 'records that the broker refuses for good',
      ...topic,
    }),
    fetches: new Counter({
      name: 'wa_kafka_fetches_total',
      help: 'fetch requests of a consumer group that were answered, with records or without',
      labelNames: ['group'] as const,
      registers,
    }),
    transactions: new Counter({
      name: 'wa_kafka_transactions_total',
      help: 'transactions by outcome',
      labelNames: ['outcome'] as const,
      registers,
    }),
    transactionSeconds: new Histogram({
      name: 'wa_kafka_transaction_latency_seconds',
      help: 'time from begin to commit',
      buckets: secondBuckets,
      registers,
    }),
    silentConnections: new Counter({
      name: 'wa_kafka_silent_connections_total',
      registers,
      help: 'requests not answered in time; each ends its connection',
    }),
    retentionSeconds: new Gauge({
      name: 'wa_kafka_topic_retention_seconds',
      ...topic,
      help: 'how long the broker keeps the records of a topic that is read here',
    }),
    partitionHalted: new Gauge({
      name: 'wa_kafka_partition_halted',
      help: '1 while a partition stands still at records that are gone or damaged: a person has to decide',
      labelNames: ['group', 'topic', 'partition'] as const,
      registers,
    }),
    watchLag(groupId, progress) {
      sources.set(progress, groupId)
      return () => {
        sources.delete(progress)
      }
    },
  }
}
