import { type SendReport } from '@wabastream/simulator'
import { Presets, SingleBar } from 'cli-progress'
import { type Terminal } from '../output/terminal.ts'

const QUIET_STEP = 0.25

export interface ProgressBar {
  update(done: number, acked: number): void
  finish(report: SendReport): void
}

/** A bar that is redrawn; if nobody watches, a line per quarter. */
export function createProgressBar(terminal: Terminal, total: number): ProgressBar {
  if (!terminal.isInteractive) return createQuietBar(terminal, total)
  const bar = new SingleBar(
    {
      format: 'sending {bar} {percentage}%  {value}/{total}  {acked} acked  {rate}/s',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  )
  const startedMs = performance.now()
  const rateOf = (done: number): number =>
    Math.round((done * 1_000) / Math.max(1, performance.now() - startedMs))
  bar.start(total, 0, { acked: 0, rate: 0 })
  return {
    update: (done, acked) => bar.update(done, { acked, rate: rateOf(done) }),
    finish({ sent, acked }) {
      bar.update(sent, { acked, rate: rateOf(sent) })
      bar.stop()
    },
  }
}

function createQuietBar(terminal: Terminal, total: number): ProgressBar {
  let next = QUIET_STEP
  const show = (done: number, acked: number): void =>
    terminal.note(`sending: ${done} of ${total}, ${acked} acked`)
  return {
    update(done, acked) {
      if (done < total * next || next >= 1) return
      show(done, acked)
      next += QUIET_STEP
    },
    finish: ({ sent, acked }) => show(sent, acked),
  }
}
