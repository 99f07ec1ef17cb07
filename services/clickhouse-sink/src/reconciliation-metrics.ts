import { differenceKinds, type DifferenceSum } from '@wabastream/clickhouse'
import { Gauge, type Registry } from 'prom-client'

export type ReconciliationMetrics = ReturnType<typeof createReconciliationMetrics>

/** Only the process that reconciles shows them; channels are those of the configuration. */
export function createReconciliationMetrics(registry: Registry) {
  const registers = [registry]
  let provedAtMs: number | undefined
  const difference = new Gauge({
    name: 'wa_reconciliation_difference', registers, labelNames: ['kind', 'channel'] as const,
    help: 'what differs between the raw topic, its verdicts and the rows; 0 is right',
  })
  const resent = new Gauge({
    name: 'wa_reconciliation_resent', registers,
    help: 'raw records that repeat a receipt: no difference',
  })
  const age = new Gauge({
    name: 'wa_reconciliation_age_seconds', registers, labelNames: [] as const,
    help: 'how old the last moment is up to which everything was compared',
    collect() {
      if (provedAtMs !== undefined) this.set((Date.now() - provedAtMs) / 1_000)
    },
  })
  const hide = (): void => {
    provedAtMs = undefined
    difference.reset()
    for (const gauge of [resent, age]) gauge.remove()
  }
  hide()
  return {
    hide,
    /** Everything that was accepted until then has been compared. */
    proved(atMs: number): void {
      provedAtMs = atMs
    },
    show(sums: readonly DifferenceSum[], resentCount: number): void {
      difference.reset()
      for (const kind of differenceKinds) difference.set({ kind, channel: '' }, 0)
      for (const { kind, channel, amount } of sums) difference.set({ kind, channel }, amount)
      resent.set(resentCount)
    },
  }
}
