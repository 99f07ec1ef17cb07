import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type KeyUse, type RejectionCause } from '../authentication/authentication.ts'
import { PendingCounts } from './pending-counts.ts'

/** Stands for the channel if a request names an unknown one. */
export const NO_CHANNEL = '-'

const outcomes = [
  'acked',
  'spooled',
  'handshake',
  'unauthorized',
  'not_found',
  'method_not_allowed',
  'too_large',
  'unsupported_encoding',
  'too_slow',
  'overloaded',
  'kafka_unavailable',
  'timed_out',
  'refused_by_kafka',
  'not_spooled',
  'aborted',
] as const
export type AnswerOutcome = (typeof outcomes)[number]

const connectionProblems = [
  'timeout',
  'header_overflow',
  'malformed',
  'tls',
  'handshake',
  'silent',
  'unread',
  'pipelined',
  'limit',
  'evicted',
] as const
export type ConnectionProblem = (typeof connectionProblems)[number]

const checkOutcomes = ['accepted', 'refused', 'malformed', 'limited'] as const
export type CheckOutcome = (typeof checkOutcomes)[number]

const ACK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 4_000]
const BATCH_BYTES_BUCKETS = [1e3, 1e4, 3e4, 1e5, 3e5, 1e6, 2e6, 4e6]

export interface IngestorMetrics {
  /** Begins to count the requests of these channels, from 0, because a rate needs a beginning. */
  channelsKnown(names: readonly string[]): void
  requestAnswered(channel: string, outcome: AnswerOutcome): void
  requestRejected(channel: string, cause: RejectionCause): void
  keyUsed(channel: string, use: KeyUse): void
  acked(ms: number): void
  batchAcked(batch: { readonly records: number; readonly bytes: number; readonly ms: number }): void
  connectionFailed(problem: ConnectionProblem): void
  healthChecked(isReady: boolean): void
  /** On the admin port, whether a request would be accepted. */
  credentialChecked(outcome: CheckOutcome): void
}

export interface IngestorGauges {
  readonly inFlightBytes: () => number
  readonly strangersBytes: () => number
  readonly inFlightRequests: () => number
  readonly isKafkaAvailable: () => boolean
}

export function createIngestorMetrics(registry: Registry, gauges: IngestorGauges): IngestorMetrics {
  registerGauges(registry, gauges)
  const registers = [registry]
  const answers = new PendingCounts((channel: string, outcome: AnswerOutcome) => ({
    channel,
    outcome,
  }))
  const requests = new Counter({
    name: 'wa_ingestor_requests_total',
    help: 'requests answered, by channel and outcome',
    labelNames: ['channel', 'outcome'] as const,
    registers,
    collect() {
      answers.moveTo(this)
    },
  })
  const rejections = new Counter({
    name: 'wa_ingestor_rejections_total',
    help: 'requests answered with 401, by cause',
    labelNames: ['channel', 'cause'] as const,
    registers,
  })
  const matches = new PendingCounts((channel: string, { strategy, keyId }: KeyUse) => ({
    channel,
    strategy,
    key: keyId,
  }))
  new Counter({
    name: 'wa_ingestor_key_uses_total',
    help: 'webhooks accepted, by the secret that matched',
    labelNames: ['channel', 'strategy', 'key'] as const,
    registers,
    collect() {
      matches.moveTo(this)
    },
  })
  const connections = new Counter({
    name: 'wa_ingestor_connection_problems_total',
    help: 'connections closed, by problem',
    labelNames: ['problem'] as const,
    registers,
  })
  const healthChecks = new Counter({
    name: 'wa_ingestor_health_checks_total',
    help: 'checks of /health on the public port',
    labelNames: ['answer'] as const,
    registers,
  })
  const checks = new Counter({
    name: 'wa_ingestor_credential_checks_total',
    help: 'checks of credentials on the admin port, by outcome',
    labelNames: ['outcome'] as const,
    registers,
  })
  for (const outcome of checkOutcomes) checks.inc({ outcome }, 0)
  const produce = createProduceMetrics(registry)
  const channelsKnown = (names: readonly string[]): void => {
    for (const channel of names) {
      for (const outcome of outcomes) requests.inc({ channel, outcome }, 0)
    }
  }
  channelsKnown([NO_CHANNEL])
  rejections.inc({ channel: NO_CHANNEL, cause: 'unknown_channel' }, 0)
  for (const problem of connectionProblems) connections.inc({ problem }, 0)
  for (const answer of ['ready', 'not_ready']) healthChecks.inc({ answer }, 0)
  return {
    channelsKnown,
    requestAnswered: (channel, outcome) => answers.add(channel, outcome),
    requestRejected: (channel, cause) => rejections.inc({ channel, cause }),
    keyUsed: (channel, use) => matches.add(channel, use),
    healthChecked: (isReady) => healthChecks.inc({ answer: isReady ? 'ready' : 'not_ready' }),
    connectionFailed: (problem) => connections.inc({ problem }),
    credentialChecked: (outcome) => checks.inc({ outcome }),
    ...produce,
  }
}

function createProduceMetrics(registry: Registry): Pick<IngestorMetrics, 'acked' | 'batchAcked'> {
  const registers = [registry]
  const ack = new Histogram({
    name: 'wa_ingestor_ack_seconds',
    help: 'time from the arrival of a webhook to its 200',
    buckets: ACK_BUCKETS,
    registers,
  })
  const batchRecords = new Histogram({
    name: 'wa_ingestor_produce_batch_records',
    help: 'webhooks in one produce request',
    buckets: BATCH_BUCKETS,
    registers,
  })
  const batchBytes = new Histogram({
    name: 'wa_ingestor_produce_batch_bytes',
    help: 'bytes of the bodies in one produce request',
    buckets: BATCH_BYTES_BUCKETS,
    registers,
  })
  const latency = new Histogram({
    name: 'wa_ingestor_produce_seconds',
    help: 'time until Kafka acked a produce request',
    buckets: ACK_BUCKETS,
    registers,
  })
  return {
    acked: (ms) => ack.observe(ms / 1_000),
    batchAcked({ records, bytes, ms }) {
      batchRecords.observe(records)
      batchBytes.observe(bytes)
      latency.observe(ms / 1_000)
    },
  }
}

function registerGauges(registry: Registry, gauges: IngestorGauges): void {
  const registers = [registry]
  new Gauge({
    name: 'wa_ingestor_in_flight_bytes',
    help: 'bytes of genuine bodies held until Kafka has them',
    registers,
    collect() {
      this.set(gauges.inFlightBytes())
    },
  })
  new Gauge({
    name: 'wa_ingestor_strangers_bytes',
    help: 'memory of bodies being read that are not authenticated yet',
    registers,
    collect() {
      this.set(gauges.strangersBytes())
    },
  })
  new Gauge({
    name: 'wa_ingestor_in_flight_requests',
    help: 'webhook requests not yet answered',
    registers,
    collect() {
      this.set(gauges.inFlightRequests())
    },
  })
  new Gauge({
    name: 'wa_ingestor_kafka_available',
    help: '1 while records can be made durable',
    registers,
    collect() {
      this.set(gauges.isKafkaAvailable() ? 1 : 0)
    },
  })
}
