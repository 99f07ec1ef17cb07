import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface CanaryMetrics {
  sent(): void
  answered(outcome: 'acked' | 'refused' | 'unanswered'): void
  arrived(roundTripMs: number, sentAtMs: number): void
  lost(): void
}

/**
 * Until a webhook has arrived, the age counts from the start, so that a pipeline that never worked
 * ages, too. Until then there is no time of the last success, so that starts do not count as
 * successes.
 */
export function createCanaryMetrics(registry: Registry, now: () => number): CanaryMetrics {
  const startedMs = now()
  let newestMs: number | undefined
  const registers = [registry]
  const webhooks = new Counter({
    name: 'wa_canary_webhooks_total',
    registers,
    labelNames: ['outcome'] as const,
    help: 'webhooks of the canary by outcome; each one sent has more than one',
  })
  for (const outcome of ['sent', 'acked', 'refused', 'unanswered', 'arrived', 'lost']) {
    webhooks.inc({ outcome }, 0)
  }
  const roundTrip = new Histogram({
    name: 'wa_canary_round_trip_seconds',
    registers,
    help: 'time from sending a webhook of the canary to its row in ClickHouse',
    buckets: [0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300],
  })
  new Gauge({
    name: 'wa_canary_age_seconds',
    registers,
    help: 'age of the newest webhook of the canary that has become a row',
    collect() {
      this.set((now() - (newestMs ?? startedMs)) / 1_000)
    },
  })
  new Gauge({
    name: 'wa_canary_last_success_timestamp_seconds',
    registers,
    help: 'when the newest webhook of the canary that has become a row was sent; absent before the first',
    collect() {
      if (newestMs === undefined) this.remove()
      else this.set(newestMs / 1_000)
    },
  })
  return {
    sent: () => {
      webhooks.inc({ outcome: 'sent' })
    },
    answered: (outcome) => {
      webhooks.inc({ outcome })
    },
    lost: () => {
      webhooks.inc({ outcome: 'lost' })
    },
    arrived(roundTripMs, sentAtMs) {
      webhooks.inc({ outcome: 'arrived' })
      roundTrip.observe(roundTripMs / 1_000)
      newestMs = Math.max(newestMs ?? sentAtMs, sentAtMs)
    },
  }
}
