import { readConfig } from '@wabastream/service-host'
import { CliError } from '../cli-error.ts'
import { startConfigSchema } from '../config.ts'
import { formatDuration } from '../render/format.ts'
import { type Terminal } from '../terminal.ts'
import { type DemoTraffic, runDemo } from '../traffic/run-demo.ts'
import { runInput } from '../traffic/run-input.ts'
import { type RunningPipeline } from '../traffic/running-pipeline.ts'
import { type Pipeline, startPipeline } from './pipeline.ts'
import { createSteps, type Steps } from './steps.ts'
import { watchStopSignal } from './stop-signal.ts'
import { renderSummary } from './summary.ts'

export interface StartOptions {
  readonly dataDirectory: string
  readonly freePorts: boolean
  readonly json: boolean
  readonly demo: DemoTraffic | undefined
  readonly input: string | undefined
  /** End when the demo or input is done. */
  readonly exitAfter: boolean
}

/** Starts everything, sends what is asked for, and runs until it is told to stop. */
export async function runStart(options: StartOptions, terminal: Terminal): Promise<void> {
  const config = readConfig({ schema: startConfigSchema, env: process.env, service: 'start' })
  if (config.channelsFile !== undefined && (options.demo ?? options.input) !== undefined) {
    throw new CliError('--demo and --input send to channels whose secrets they know: '
      + 'unset CHANNELS_FILE for them.', { exitCode: 2 })
  }
  const steps = createSteps(terminal)
  const stop = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const lost = Promise.withResolvers<never>()
  // Nobody may be waiting yet.
  lost.promise.catch(() => undefined)
  let pipeline: Pipeline | undefined
  try {
    pipeline = await startPipeline({
      config, terminal, steps, signal: stop.signal,
      dataDirectory: options.dataDirectory,
      freePorts: options.freePorts,
      onPartLost: (what) => lost.reject(new CliError(`${what}; without it nothing works`)),
    })
    announce(pipeline, options, { steps, terminal })
    const sink = pipeline.services.find(({ name }) => name === 'clickhouse-sink')
    const running: RunningPipeline = {
      ...pipeline, generation: config.generation, terminal, signal: stop.signal,
      sinkAdminPort: sink?.adminPort ?? 0,
    }
    const work = runTraffic(running, options)
    await Promise.race([work, stop.asked, lost.promise])
    if (!options.exitAfter) await Promise.race([stop.asked, lost.promise])
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    await pipeline?.stop()
  }
}

async function runTraffic(running: RunningPipeline, options: StartOptions): Promise<void> {
  const { demo, input, json } = options
  if (demo !== undefined) await runDemo(running, { ...demo, json })
  if (input === undefined) return
  const { lost } = await runInput(running, { path: input, json })
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
  terminal.note(renderSummary({ ...pipeline, dataDirectory }, terminal.paint))
  if (!options.exitAfter) {
    terminal.note(`\nCtrl-C stops it; data stays in ${options.dataDirectory}\n`)
  }
}
