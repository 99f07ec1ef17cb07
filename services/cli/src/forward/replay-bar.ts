import { Presets, SingleBar } from 'cli-progress'
import { formatCount } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { type ReplayProgress } from './replay-run.ts'

const QUIET_MS = 5_000

export interface ReplayBar {
  update(progress: ReplayProgress): void
  stop(): void
}

/** A bar that is redrawn; if nobody watches, a line now and then. */
export function createReplayBar(terminal: Terminal, total: number): ReplayBar {
  if (!terminal.isInteractive) return createQuietBar(terminal)
  const bar = new SingleBar(
    {
      format: 'replaying {bar} {percentage}%  {value}/{total}  {acknowledged} accepted{note}',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0, { acknowledged: 0, note: '' })
  return {
    update: (progress) => bar.update(progress.done, { ...progress, note: noteOf(progress) }),
    stop: () => bar.stop(),
  }
}

function createQuietBar(terminal: Terminal): ReplayBar {
  let toldMs = performance.now()
  return {
    update(progress) {
      if (performance.now() - toldMs < QUIET_MS) return
      toldMs = performance.now()
      const { acknowledged, done, total } = progress
      terminal.note(
        `replaying: ${formatCount(done)} of ${formatCount(total)}, ` +
          `${formatCount(acknowledged)} accepted${noteOf(progress)}`,
      )
    },
    stop: () => {},
  }
}

function noteOf({ isAway, refused }: ReplayProgress): string {
  const refusals = refused === 0 ? '' : `, ${formatCount(refused)} refused`
  return isAway ? `${refusals}, the destination accepts nothing and is tried again` : refusals
}
