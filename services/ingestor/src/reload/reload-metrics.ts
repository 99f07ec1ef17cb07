import { Counter, Gauge, type Registry } from 'prom-client'

export type Reloadable = 'certificate' | 'channels'

export interface ReloadMetrics {
  /** From now on these are counted, beginning with none. */
  watched(what: Reloadable): void
  reloaded(what: Reloadable): void
  failed(what: Reloadable): void
  /** When the certificate in use, or one of its chain, expires. */
  certificateExpires(at: Date): void
}

export function createReloadMetrics(registry: Registry): ReloadMetrics {
  const registers = [registry]
  const reloads = new Counter({
    name: 'wa_ingestor_reloads_total',
    help: 'reloads of the certificate and of the channels while running',
    labelNames: ['what', 'outcome'] as const,
    registers,
  })
  const lastFailed = new Gauge({
    name: 'wa_ingestor_last_reload_failed',
    help: '1 while the files cannot be used and their former content is kept',
    labelNames: ['what'] as const,
    registers,
  })
  const expiry = new Gauge({
    name: 'wa_ingestor_certificate_expiry_timestamp_seconds',
    help: 'when the certificate in use, or one of its chain, expires',
    registers,
  })
  // Without a certificate there is no metric about one.
  expiry.reset()
  expiry.remove()
  return {
    watched(what) {
      reloads.inc({ what, outcome: 'ok' }, 0)
      reloads.inc({ what, outcome: 'failed' }, 0)
      lastFailed.set({ what }, 0)
    },
    reloaded(what) {
      reloads.inc({ what, outcome: 'ok' })
      lastFailed.set({ what }, 0)
    },
    failed(what) {
      reloads.inc({ what, outcome: 'failed' })
      lastFailed.set({ what }, 1)
    },
    certificateExpires: (at) => expiry.set(at.getTime() / 1_000),
  }
}
