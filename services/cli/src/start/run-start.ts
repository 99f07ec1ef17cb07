import { readConfig } from '@wabastream/service-host'
import { CliError } from '../output/cli-error.ts'
import { startConfigSchema } from '../installation/config.ts'
import { formatDuration } from '../output/format.ts'
import { type NamedBody } from '../decode/read-bodies.ts'
import { type Terminal } from '../output/terminal.ts'
import { type DemoTraffic, runDemo } from '../traffic/run-demo.ts'
import { readInput, runInput } from '../traffic/run-input.ts'
import { type RunningPipeline } from '../traffic/running-pipeline.ts'
import { type Pipeline, startPipeline } from './pipeline.ts'
import { createSteps, type Steps } from '../output/steps.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { renderSummary } from './summary.ts'

export interface StartOptions {
  readonly dataDirectory: string
  readonly freePorts: boolean
  readonly canary: boolean
  readonly forwardTo: readonly string[]
  readonly json: boolean
  readonly demo: DemoTraffic | undefined
  readonly input: string | undefined
  /** Ends when the demo or input is done. */
  readonly exitAfter: boolean
}

/** Starts everything, sends the requested traffic, and runs until it is asked to stop. */
export async function runStart(options: StartOptions, terminal: Terminal): Promise<void> {
  const config = readConfig({ schema: startConfigSchema, env: process.env, service: 'start' })
  if (config.channelsFile !== undefined && (options.demo ?? options.input) !== undefined) {
    throw new CliError(
      '--demo and --input send to channels whose secrets they know: ' +
        'unset CHANNELS_FILE for them.',
      { exitCode: 2 },
    )
  }
  // This comes before anything is started, because a wrong path should cost no time.
  const input = options.input === undefined ? undefined : await readInput(options.input)
  const steps = createSteps(terminal)
  const stop = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const lost = watchLoss()
  const signal = AbortSignal.any([stop.signal, lost.signal])
  let pipeline: Pipeline | undefined
  try {
    pipeline = await startPipeline({
      config,
      terminal,
      steps,
      signal,
      onPartLost: lost.report,
      dataDirectory: options.dataDirectory,
      freePorts: options.freePorts,
      canary: options.canary,
      forwardTo: options.forwardTo,
    })
    announce(pipeline, options, { steps, terminal })
    const sink = pipeline.services.find(({ name }) => name === 'clickhouse-sink')
    const running: RunningPipeline = {
      ...pipeline,
      terminal,
      signal,
      sinkAdminPort: sink?.adminPort ?? 0,
    }
    const work = runTraffic(running, { ...options, input })
    await Promise.race([work, stop.asked, lost.promise])
    if (!options.exitAfter) await Promise.race([stop.asked, lost.promise])
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    await pipeline?.stop()
  }
  // Abandoned work, such as a question to a silent server, would keep the process alive.
  if (pipeline === undefined) process.exit()
}

/** A part that everything depends on ended by itself. */
interface Loss {
  readonly signal: AbortSignal
  /** Rejects when that happens. */
  readonly promise: Promise<never>
  report(what: string): void
}

function watchLoss(): Loss {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting yet.
  promise.catch(() => undefined)
  return {
    signal: controller.signal,
    promise,
    report(what) {
      const error = new CliError(`${what}; without it nothing works`)
      reject(error)
      controller.abort(error)
    },
  }
}

async function runTraffic(
  running: RunningPipeline,
  traffic: Pick<StartOptions, 'demo' | 'json'> & {
    readonly input: readonly NamedBody[] | undefined
  },
): Promise<void> {
  const { demo, input, json } = traffic
  if (demo !== undefined) await runDemo(running, { ...demo, json })
  if (input === undefined) return
  const { lost } = await runInput(running, { bodies: input, json })
  if (lost > 0) process.exitCode = 1
}

function announce(
  pipeline: Pipeline,
  options: StartOptions,
  tools: { readonly steps: Steps; readonly terminal: Terminal },
): void {
  const { steps, terminal } = tools
  terminal.note(`ready after ${formatDuration(steps.elapsedMs())}\n`)
  const { dataDirectory } = options
  terminal.note(
    renderSummary({ ...pipeline, dataDirectory, columns: terminal.columns }, terminal.paint),
  )
  if (!options.exitAfter) {
    terminal.note(`\nCtrl-C stops it; data stays in ${options.dataDirectory}\n`)
  }
}
