import { differenceKinds, type DifferenceSum, type NumberActivity } from '@wabastream/clickhouse'
import { Gauge, type Registry } from 'prom-client'

export type ReconciliationMetrics = ReturnType<typeof createReconciliationMetrics>

/** Only the process that reconciles shows them; channels are those of the configuration. */
export function createReconciliationMetrics(registry: Registry) {
  const registers = [registry]
  let provedAtMs: number | undefined
  const difference = new Gauge({
    name: 'wa_reconciliation_difference',
    registers,
    labelNames: ['kind', 'channel'] as const,
    help: 'differences between the raw topic, its verdicts and the rows; 0 is right',
  })
  const resent = new Gauge({
    name: 'wa_reconciliation_resent',
    registers,
    help: 'raw records that repeat a receipt: no difference',
  })
  const age = new Gauge({
    name: 'wa_reconciliation_age_seconds',
    registers,
    labelNames: [] as const,
    help: 'age of the last moment up to which everything was compared',
    collect() {
      if (provedAtMs !== undefined) this.set((Date.now() - provedAtMs) / 1_000)
    },
  })
  const silent = new Gauge({
    name: 'wa_sink_silent_numbers',
    registers,
    help: 'numbers without any event for an hour that had 20 or more in it a day before',
  })
  const active = new Gauge({
    name: 'wa_sink_active_numbers',
    registers,
    help: 'numbers with events in the last hour',
  })
  const hide = (): void => {
    provedAtMs = undefined
    difference.reset()
    for (const gauge of [resent, age, silent, active]) gauge.remove()
  }
  hide()
  return {
    hide,
    /** Everything that was accepted until then has been compared. */
    proved(atMs: number): void {
      provedAtMs = atMs
    },
    showNumbers(activity: NumberActivity): void {
      silent.set(activity.silent)
      active.set(activity.active)
    },
    show(sums: readonly DifferenceSum[], resentCount: number): void {
      difference.reset()
      for (const kind of differenceKinds) difference.set({ kind, channel: '' }, 0)
      for (const { kind, channel, amount } of sums) difference.set({ kind, channel }, amount)
      resent.set(resentCount)
    },
  }
}
