import { providerErrorKinds } from '@wabastream/provider'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type MarkAnswer } from './marking/number-lane.ts'
import { type MarkOutcome, markOutcomes } from './session/session-options.ts'

/** What is known of a number in this process when metrics are collected. */
export interface NumberState {
  readonly alias: string
  readonly due: number
  /** For an answer. */
  readonly waiting: number
  /** When the oldest message was received that is due; null if none is. */
  readonly oldestDueAtMs: number | null
  readonly isAway: boolean
}

const answers: readonly MarkAnswer[] = ['accepted', ...providerErrorKinds]
const delayBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400, 604_800]
const requestBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Labelled with the aliases of the file of numbers. */
export function createReadReceiptMetrics(registry: Registry, states: () => readonly NumberState[]) {
  const registers = [registry]
  createStateGauges(registry, states)
  const messages = new Counter({
    name: 'wa_read_receipts_messages_total',
    help: 'messages that a policy or a request was about, by what became of them',
    labelNames: ['alias', 'outcome'] as const,
    registers,
  })
  const requests = new Counter({
    name: 'wa_read_receipts_requests_total',
    help: 'requests to the provider of a number by outcome; what is not accepted is tried again',
    labelNames: ['alias', 'outcome'] as const,
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'wa_read_receipts_request_latency_seconds',
    help: 'time from a request to the end of its answer',
    labelNames: ['alias'] as const,
    buckets: requestBuckets,
    registers,
  })
  const delay = new Histogram({
    name: 'wa_read_receipts_delay_seconds',
    help: 'time from the receipt of a message to its mark',
    labelNames: ['alias'] as const,
    buckets: delayBuckets,
    registers,
  })
  const forgotten = new Counter({
    name: 'wa_read_receipts_answers_forgotten_total',
    help: 'answers to customers that were forgotten before their time because there were too many',
    registers,
  })
  return {
    /** Shows zeros for a number that has had no traffic yet. */
    begin(alias: string): void {
      for (const outcome of markOutcomes) messages.inc({ alias, outcome }, 0)
      for (const outcome of answers) requests.inc({ alias, outcome }, 0)
    },
    answered(alias: string, outcome: MarkAnswer): void {
      requests.inc({ alias, outcome })
    },
    requested(alias: string, durationMs: number): void {
      requestSeconds.observe({ alias }, durationMs / 1_000)
    },
    settled(alias: string, outcome: MarkOutcome): void {
      messages.inc({ alias, outcome })
    },
    forgotten(count: number): void {
      forgotten.inc(count)
    },
    marked(alias: string, delayMs: number): void {
      delay.observe({ alias }, Math.max(0, delayMs) / 1_000)
    },
  }
}

function createStateGauges(registry: Registry, states: () => readonly NumberState[]): void {
  const add = (name: string, help: string, valueOf: (state: NumberState) => number): void => {
    const gauge: Gauge<'alias'> = new Gauge({
      name: `wa_read_receipts_${name}`,
      help,
      labelNames: ['alias'] as const,
      registers: [registry],
      collect() {
        gauge.reset()
        for (const state of states()) gauge.set({ alias: state.alias }, valueOf(state))
      },
    })
  }
  add('due_messages', 'messages that are to be marked now', ({ due }) => due)
  add('waiting_messages', 'messages that wait for an answer to their sender', (one) => one.waiting)
  add('lag_seconds', 'age of the oldest message that is to be marked now; 0 if none is', (one) =>
    one.oldestDueAtMs === null ? 0 : Math.max(0, (Date.now() - one.oldestDueAtMs) / 1_000),
  )
  add('number_away', '1 while the provider of a number does not mark', ({ isAway }) =>
    Number(isAway),
  )
}
