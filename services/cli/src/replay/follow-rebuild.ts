import { setTimeout as delay } from 'node:timers/promises'
import { KafkaError } from '@wabastream/kafka'
import { type Terminal } from '../output/terminal.ts'
import { CatchUpWatch } from './catch-up.ts'
import { type Readings } from './read-stages.ts'
import { createReplayDisplay } from './replay-display.ts'
import { type ReplayProgress, ReplayProgressMeter } from './replay-progress.ts'

const POLL_MS = 400
/**
 * Under live traffic no lag stays zero, so a generation that is at most this far behind has caught
 * up.
 */
const CAUGHT_UP_MS = 15_000

export interface Followed {
  readonly progress: ReplayProgress
  /** Undefined if it was stopped before. */
  readonly delayMs: number | undefined
}

export interface FollowOptions {
  readonly read: () => Promise<Readings>
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** Ends when it has caught up; otherwise continues until the signal. */
  readonly exitAtZeroLag: boolean
  readonly onCaughtUp: (delayMs: number, progress: ReplayProgress) => void
}

/** Shows the progress of a generation, until the signal or until it has caught up. */
export async function followRebuild(options: FollowOptions): Promise<Followed> {
  const { read, signal, terminal } = options
  const first = await read()
  const meter = new ReplayProgressMeter(first)
  const watch = new CatchUpWatch()
  const display = createReplayDisplay(terminal)
  let progress = meter.measure(first, performance.now())
  let delayMs: number | undefined
  try {
    while (!signal.aborted) {
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
      const readings = await readPatiently(read, terminal)
      if (readings === undefined) continue
      const nowMs = performance.now()
      progress = meter.measure(readings, nowMs)
      const isThrough = watch.observe(readings, nowMs) && (watch.delayMs ?? 0) <= CAUGHT_UP_MS
      if (isThrough) {
        const isFirst = delayMs === undefined
        delayMs = watch.delayMs
        if (isFirst) {
          const [ms, reached] = [delayMs ?? 0, progress]
          display.pause(() => options.onCaughtUp(ms, reached))
        }
      }
      display.show(progress, delayMs)
      if (isThrough && options.exitAtZeroLag) break
    }
  } finally {
    display.stop()
  }
  return { progress, delayMs }
}

/** Undefined while Kafka is away; the services wait for it, too. */
async function readPatiently(
  read: () => Promise<Readings>,
  terminal: Terminal,
): Promise<Readings | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof KafkaError) || !error.isRetryable) throw error
    terminal.note(`Kafka does not answer yet, and is waited for: ${error.message}`)
    return undefined
  }
}
