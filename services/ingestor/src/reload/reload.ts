import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError, type Logger } from '@wabastream/service-host'
import { hasChanged, type ReadFile, recordReads, type Snapshot } from '@wabastream/channels'
import { type Reloadable, type ReloadMetrics } from './reload-metrics.ts'

/** Something made from files that can be replaced while the process runs. */
export interface ReloadTarget<T> {
  readonly what: Reloadable
  /** Throws a ConfigError when the files cannot be used. */
  readonly load: (read: ReadFile) => T
}

/** What was made from files, and whether there is something newer. */
export interface Reloading<T> {
  readonly loaded: T
  /** Hands over what the files hold now, if that has changed since the last look. */
  look(): Promise<void>
  /** Called with each replacement. If it throws, the reload has failed. */
  onReloaded(use: (loaded: T) => void): void
}

/** Loads for the first time: throws what `load` throws. */
export function createReloading<T>(
  target: ReloadTarget<T>,
  report: {
    readonly metrics: ReloadMetrics
    readonly logger: Pick<Logger, 'info' | 'error'>
  },
): Reloading<T> {
  const { what, load } = target
  const { logger, metrics } = report
  const first = recordReads()
  const loaded = load(first.read)
  let snapshot: Snapshot = first.snapshot
  let use: (loaded: T) => void = () => {}
  metrics.watched(what)

  async function look(): Promise<void> {
    if (!(await hasChanged(snapshot))) return
    const reads = recordReads()
    try {
      use(load(reads.read))
      metrics.reloaded(what)
      logger.info({ what }, 'reloaded')
    } catch (error) {
      metrics.failed(what)
      const problems = error instanceof ConfigError ? error.problems : undefined
      logger.error(
        { what, problems, err: error },
        'the new files cannot be used and the old ones are kept',
      )
    }
    // Also after a failure: the same broken files are reported once.
    snapshot = reads.snapshot
  }

  return {
    loaded,
    look,
    onReloaded(next) {
      use = next
    },
  }
}

/** Looks again and again until the signal is aborted. */
export async function keepLooking(
  reloadings: readonly Pick<Reloading<unknown>, 'look'>[],
  options: { readonly intervalMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { intervalMs, signal } = options
  while (!signal.aborted) {
    await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
    for (const reloading of reloadings) await reloading.look()
  }
}
