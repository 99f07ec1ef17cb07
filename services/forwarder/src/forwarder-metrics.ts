import {
  type Answer,
  type Settlement,
  settlements,
  type UnreachableCause,
  unreachableCauses,
} from '@wabastream/forwarding'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What is known of a destination in this process when metrics are collected. */
export interface DestinationState {
  readonly destination: string
  /** When the oldest webhook was received that is pending; null if none is, or it is unknown. */
  readonly oldestReceivedAtMs: number | null
  readonly pendingRecords: number
  readonly inFlight: number
  readonly isAway: boolean
  readonly isPaused: boolean
  /** Between counts and positions; 0 is right. */
  readonly difference: number
}

export type ForwarderMetrics = ReturnType<typeof createForwarderMetrics>

type Outcome = Exclude<Answer['kind'], 'unreachable'> | UnreachableCause

const outcomes: readonly Outcome[] = [
  'acknowledged',
  'refused',
  'misdirected',
  'failed',
  ...unreachableCauses,
]
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const delayBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200]

/** Destinations are those of the configuration. */
export function createForwarderMetrics(
  registry: Registry,
  states: () => readonly DestinationState[],
) {
  const registers = [registry]
  createStateGauges(registry, states)
  const requests = new Counter({
    name: 'wa_forwarder_requests_total',
    help: 'requests to a destination by outcome',
    labelNames: ['destination', 'outcome'] as const,
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'wa_forwarder_request_latency_seconds',
    help: 'time from a request to the end of its answer',
    labelNames: ['destination'] as const,
    buckets: requestBuckets,
    registers,
  })
  const webhooks = new Counter({
    name: 'wa_forwarder_webhooks_total',
    help: 'webhooks that a destination is done with, by what became of them',
    labelNames: ['destination', 'outcome'] as const,
    registers,
  })
  const delay = new Histogram({
    name: 'wa_forwarder_delay_seconds',
    help: 'time from the receipt of a webhook to its acknowledgement by the destination',
    labelNames: ['destination'] as const,
    buckets: delayBuckets,
    registers,
  })
  return {
    /** Shows zeros for a destination that has had no traffic yet. */
    begin(destination: string): void {
      for (const outcome of outcomes) requests.inc({ destination, outcome }, 0)
      for (const outcome of settlements) webhooks.inc({ destination, outcome }, 0)
    },
    answered(destination: string, answer: Answer, durationMs: number): void {
      const outcome = answer.kind === 'unreachable' ? answer.cause : answer.kind
      requests.inc({ destination, outcome })
      requestSeconds.observe({ destination }, durationMs / 1_000)
    },
    settled(destination: string, outcome: Settlement, sinceReceivedMs: number): void {
      webhooks.inc({ destination, outcome })
      if (outcome === 'acknowledged') {
        delay.observe({ destination }, Math.max(0, sinceReceivedMs) / 1_000)
      }
    },
    skipped(destination: string, outcome: 'unselected' | 'absent', count = 1): void {
      webhooks.inc({ destination, outcome }, count)
    },
  }
}

function createStateGauges(registry: Registry, states: () => readonly DestinationState[]): void {
  const add = (
    name: string,
    help: string,
    valueOf: (state: DestinationState) => number | undefined,
  ): void => {
    const gauge: Gauge<'destination'> = new Gauge({
      name: `wa_forwarder_${name}`,
      help,
      labelNames: ['destination'] as const,
      registers: [registry],
      collect() {
        gauge.reset()
        for (const state of states()) {
          const value = valueOf(state)
          if (value !== undefined) gauge.set({ destination: state.destination }, value)
        }
      },
    })
  }
  add('pending_records', 'records that a destination is not done with', (one) => one.pendingRecords)
  add(
    'lag_seconds',
    'age of the oldest pending webhook; 0 if none is, absent if unknown',
    (one) => {
      if (one.pendingRecords === 0) return 0
      if (one.oldestReceivedAtMs === null) return undefined
      return Math.max(0, (Date.now() - one.oldestReceivedAtMs) / 1_000)
    },
  )
  add('in_flight_requests', 'requests that are under way', (one) => one.inFlight)
  add('destination_away', '1 while new webhooks fail one after the other', (one) =>
    Number(one.isAway),
  )
  add('destination_paused', '1 while a destination is paused', (one) => Number(one.isPaused))
  add(
    'reconciliation_difference',
    'offsets that counts and positions of a destination disagree about; 0 is right',
    (one) => one.difference,
  )
}
