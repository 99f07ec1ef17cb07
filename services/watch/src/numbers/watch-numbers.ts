import { setTimeout as delay } from 'node:timers/promises'
import { type NumberState, type NumberStatus } from '@wabastream/provider'
import { type NumberMetrics } from './number-metrics.ts'

/** Questions under way at once: providers limit them by application, not by number. */
const PARALLEL_MAX = 4
/** A provider that asks to wait longer is asked again sooner: its answer is all we know. */
const WAIT_MS_MAX = 3_600_000

export interface WatchedNumber {
  readonly alias: string
  /** Rejects only once the signal is aborted, or with a mistake of ours. */
  readStatus(signal: AbortSignal): Promise<NumberStatus>
}

export interface NumberWatchOptions {
  /** Time in which each number is asked once. */
  readonly intervalMs: number
  readonly now: () => number
  readonly metrics: NumberMetrics
  /** Called for the first state of a number, and whenever it is another one. */
  readonly onChange: (status: NumberStatus, former: NumberState | undefined) => void
  readonly onFailure: (error: unknown, alias: string) => void
}

/**
 * Asks for the status of each number, over and over, until the signal is aborted. After the first
 * round the questions are spread over the interval, and never are more than a few under way.
 */
export async function watchNumbers(
  numbers: readonly WatchedNumber[],
  options: NumberWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { intervalMs, metrics, now, onChange, onFailure } = options
  const states = new Map<string, NumberState>()
  const waitUntilMs = new Map<string, number>()
  const underWay = new Set<Promise<void>>()

  async function ask({ alias, readStatus }: WatchedNumber): Promise<void> {
    const status = await readStatus(signal)
    metrics.asked(alias, status.state)
    const former = states.get(alias)
    states.set(alias, status.state)
    if (former !== status.state) onChange(status, former)
    const retryAfterMs = status.error?.retryAfterMs ?? 0
    waitUntilMs.set(alias, now() + Math.min(retryAfterMs, WAIT_MS_MAX))
  }

  function start(number: WatchedNumber): void {
    if ((waitUntilMs.get(number.alias) ?? 0) > now()) return
    const asking = ask(number)
      .catch((error: unknown) => {
        if (!signal.aborted) onFailure(error, number.alias)
      })
      .finally(() => underWay.delete(asking))
    underWay.add(asking)
  }

  const pauseMs = intervalMs / Math.max(numbers.length, 1)
  for (let round = 0; !signal.aborted; round += 1) {
    for (const number of numbers) {
      if (signal.aborted) break
      if (underWay.size >= PARALLEL_MAX) await Promise.race(underWay)
      start(number)
      if (round > 0) await pause(pauseMs, signal)
    }
    if (round === 0) await pause(pauseMs, signal)
  }
  await Promise.all(underWay)
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await delay(durationMs, undefined, { signal }).catch(() => undefined)
}
