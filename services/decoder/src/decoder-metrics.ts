import {
  closedSets,
  type DeadLetter,
  type ReceivedAtProblem,
  type WebhookVerdict,
} from '@wabastream/contracts'
import { Counter, Histogram, type Registry } from 'prom-client'
import { type EventTally } from '@wabastream/decoding'
import { SeriesHistogram } from '@wabastream/service-host'

export interface DecodedFacts {
  readonly verdicts: readonly WebhookVerdict[]
  readonly deadLetters: readonly DeadLetter[]
  readonly tally: EventTally
  /** Our clock when the events were durable. */
  readonly durableAtMs: number
  readonly seconds: number
}

/** Counts what was delivered; a batch delivered again counts again. */
export type ObserveBatch = (facts: DecodedFacts) => void

// Series that exist before the first case: a rate needs a beginning.
const REASONS = closedSets.DeadLetterReason.filter((reason) => reason !== 'sink_rejected')
const RECEIVED_AT_PROBLEMS: readonly ReceivedAtProblem[] = ['missing', 'ahead', 'behind']
const STAGE_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400]
const BATCH_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createDecoderMetrics(registry: Registry): ObserveBatch {
  const registers = [registry]
  const webhooks = new Counter({
    name: 'wa_decoder_webhooks_total',
    registers,
    labelNames: ['verdict'],
    help: 'raw webhooks by verdict',
  })
  const bytes = new Counter({
    name: 'wa_decoder_webhook_bytes_total',
    registers,
    help: 'bytes of raw webhooks',
  })
  const events = new Counter({
    name: 'wa_decoder_events_total',
    registers,
    labelNames: ['type'],
    help: 'events by type',
  })
  const deadLetters = new Counter({
    name: 'wa_decoder_dead_letters_total',
    registers,
    labelNames: ['reason'],
    help: 'dead letters by reason',
  })
  const timeProblems = new Counter({
    name: 'wa_decoder_time_problems_total',
    registers,
    labelNames: ['problem'],
    help: 'events whose provider time is missing or not believable',
  })
  const receivedAtProblems = new Counter({
    name: 'wa_decoder_received_at_problems_total',
    registers,
    labelNames: ['problem'],
    help: 'raw webhooks whose time of receipt disagrees with the broker; the append counts',
  })
  const stage = new SeriesHistogram({
    name: 'wa_decoder_stage_latency_seconds',
    registers,
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    help:
      'provider_to_ingest: age of a fact when its webhook came in (resolution 1 s). ' +
      'ingest_to_event: from there until its events were durable.',
  })
  const batchSeconds = new Histogram({
    name: 'wa_decoder_batch_seconds',
    registers,
    buckets: BATCH_BUCKETS,
    help: 'time to decode a batch and make its outcome durable',
  })
  for (const verdict of closedSets.Verdict) webhooks.inc({ verdict }, 0)
  for (const reason of REASONS) deadLetters.inc({ reason }, 0)
  for (const problem of closedSets.TimeProblem) timeProblems.inc({ problem }, 0)
  for (const problem of RECEIVED_AT_PROBLEMS) receivedAtProblems.inc({ problem }, 0)
  const toIngest = stage.series({ stage: 'provider_to_ingest' })
  const toEvent = stage.series({ stage: 'ingest_to_event' })

  return function observeBatch(facts) {
    batchSeconds.observe(facts.seconds)
    let byteCount = 0
    for (const verdict of facts.verdicts) {
      byteCount += verdict.bytes
      toEvent.observe(toSeconds(facts.durableAtMs - verdict.receivedAt))
    }
    bytes.inc(byteCount)
    const { byReceivedAtProblem, byTimeProblem, byType, ingestDelaysMs } = facts.tally
    for (const [problem, count] of byReceivedAtProblem) receivedAtProblems.inc({ problem }, count)
    for (const delayMs of ingestDelaysMs) toIngest.observe(toSeconds(delayMs))
    for (const [type, count] of byType) events.inc({ type }, count)
    for (const [problem, count] of byTimeProblem) timeProblems.inc({ problem }, count)
    for (const [verdict, { length }] of Map.groupBy(facts.verdicts, (one) => one.verdict)) {
      webhooks.inc({ verdict }, length)
    }
    for (const { reason } of facts.deadLetters) deadLetters.inc({ reason })
  }
}

/** The provider's clock may be ahead of ours. */
function toSeconds(ms: number): number {
  return Math.max(0, ms) / 1_000
}
