import { setTimeout as delay } from 'node:timers/promises'
import {
  type PlayOptions,
  type SimulatedProvider,
  startSimulatedProvider,
} from '@wabastream/simulator'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { type Terminal } from '../output/terminal.ts'
import { type SimulationTarget } from './local-target.ts'
import { startProgressLine } from './progress-line.ts'
import { renderSimulation } from './render-simulation.ts'
import { isAllAcknowledged, toReport } from './simulation-report.ts'

const POLL_MS = 50

export interface SimulationOptions {
  readonly target: SimulationTarget
  /** Undefined: only what the API is asked for. */
  readonly play: PlayOptions | undefined
  /** Port of the API, which is then served until a stop is asked for. */
  readonly servePort: number | undefined
  readonly timeFactor: number
  readonly queueMax: number
  /** Time after the last message for what is still to come and to be acknowledged. */
  readonly drainMs: number
  readonly answerTimeoutMs: number
  readonly insecure: boolean
  readonly seed: string
  readonly json: boolean
}

/** Plays the provider until the traffic has ended, or until it is stopped, and reports. */
export async function runSimulation(options: SimulationOptions, terminal: Terminal): Promise<void> {
  const { play: playOptions, servePort, target, timeFactor } = options
  const { asked, close, signal } = watchStopSignal(() => terminal.note('\nstopping'))
  const provider = await startSimulatedProvider({
    ...target,
    timeFactor,
    queueMax: options.queueMax,
    answerTimeoutMs: options.answerTimeoutMs,
    insecure: options.insecure,
    seed: options.seed,
    ...(servePort === undefined ? {} : { port: servePort }),
  })
  const stopLine = startProgressLine(terminal, () => provider.totals())
  const startedMs = performance.now()
  try {
    if (servePort !== undefined) terminal.note(`the provider's APIs are at ${provider.url}`)
    const play = playOptions === undefined ? undefined : provider.play(playOptions)
    if (play !== undefined) {
      await Promise.race([play.finished, asked])
      play.stop()
    }
    if (servePort !== undefined) await asked
    const playedMs = performance.now()
    if (!signal.aborted) await drain(provider, options.drainMs, signal)
    const course = {
      messages: play?.begun ?? 0,
      seconds: (playedMs - startedMs) / 1_000,
      drainSeconds: (performance.now() - playedMs) / 1_000,
    }
    const report = toReport(course, provider.totals(), provider.state())
    stopLine()
    terminal.out(options.json ? JSON.stringify(report) : renderSimulation(report, terminal))
    if (!isAllAcknowledged(report)) process.exitCode = 1
  } finally {
    stopLine()
    await provider.close()
    close()
  }
}

/** Waits until everything has happened and is acknowledged, or the time is over. */
async function drain(
  provider: SimulatedProvider,
  drainMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + drainMs
  while (performance.now() < deadlineMs && !signal.aborted) {
    const { underWay, upcoming, waiting } = provider.totals()
    if (underWay + upcoming + waiting === 0) return
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
  }
}
