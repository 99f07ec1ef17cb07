import { Gauge, type Registry } from 'prom-client'

const LOOK_EVERY_MS = 30_000

/**
 * Shows whether analysts see what is written here. A rebuild is behind on purpose, and alerts on
 * lag leave it out until the views are moved to it. Shows no value while it is not known.
 */
export function watchLiveGeneration({
  readLive,
  generation,
  registry,
  everyMs = LOOK_EVERY_MS,
}: {
  readonly readLive: () => Promise<number | undefined>
  readonly generation: number
  readonly registry: Registry
  readonly everyMs?: number
}): { stop(): void } {
  const isLive = new Gauge({
    name: 'wa_sink_generation_live',
    registers: [registry],
    labelNames: ['generation'] as const,
    help: '1 if the views show the generation that is written here; 0 for a rebuild',
  })
  const look = async (): Promise<void> => {
    try {
      const live = await readLive()
      if (live === undefined) isLive.reset()
      else isLive.set({ generation }, live === generation ? 1 : 0)
    } catch {
      // Views are moved in ClickHouse, so while it does not answer, the last reading still holds.
    }
  }
  void look()
  const timer = setInterval(() => {
    void look()
  }, everyMs).unref()
  return {
    stop: () => {
      clearInterval(timer)
    },
  }
}
