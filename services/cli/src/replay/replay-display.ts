import { Presets, SingleBar } from 'cli-progress'
import { formatCount, formatDuration } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { type ReplayProgress } from './replay-progress.ts'

const QUIET_INTERVAL_MS = 5_000

export interface ReplayDisplay {
  show(progress: ReplayProgress, delayMs: number | undefined): void
  /** Prints lines from elsewhere without spoiling what is drawn. */
  pause(print: () => void): void
  /** Leaves the last state on the screen. */
  stop(): void
}

/** A bar that is redrawn; if nobody watches, a line every few seconds while there is work. */
export function createReplayDisplay(
  terminal: Terminal,
  stream: NodeJS.WritableStream = process.stderr,
): ReplayDisplay {
  return terminal.isInteractive ? createBar(stream) : createLines(terminal)
}

function createBar(stream: NodeJS.WritableStream): ReplayDisplay {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}%  {rest}',
      stream,
      hideCursor: true,
    },
    Presets.shades_classic,
  )
  let total = 1
  let done = 0
  let rest = ''
  bar.start(total, done, { rest })
  return {
    show(progress, delayMs) {
      total = Math.max(1, progress.total)
      done = progress.total === 0 ? 1 : progress.done
      rest = describeProgress(progress, delayMs)
      bar.setTotal(total)
      bar.update(done, { rest })
    },
    pause(print) {
      bar.stop()
      print()
      bar.start(total, done, { rest })
    },
    stop: () => {
      bar.stop()
    },
  }
}

function createLines(terminal: Terminal): ReplayDisplay {
  let nextMs = 0
  let last = ''
  return {
    show(progress, delayMs) {
      const line = describeProgress(progress, delayMs)
      const nowMs = performance.now()
      if (nowMs < nextMs || line === last || delayMs !== undefined) return
      terminal.note(line)
      nextMs = nowMs + QUIET_INTERVAL_MS
      last = line
    },
    pause: (print) => {
      print()
    },
    stop: () => undefined,
  }
}

/** `1 200 of 9 000 webhooks, 800/s; waiting: 30 events, 120 rows; 12 s left`. */
export function describeProgress(progress: ReplayProgress, delayMs: number | undefined): string {
  const { done, total, eventsWaiting, rowsWaiting, ratePerSecond, remainingMs } = progress
  const left =
    remainingMs === undefined ? 'time left unknown' : `${formatDuration(remainingMs)} left`
  return [
    `${formatCount(done)} of ${formatCount(total)} webhooks, ` +
      `${formatCount(Math.round(ratePerSecond))}/s`,
    `waiting: ${formatCount(eventsWaiting)} events, ${formatCount(rowsWaiting)} rows`,
    delayMs === undefined ? left : `follows live traffic ${formatDuration(delayMs)} behind`,
  ].join('; ')
}
