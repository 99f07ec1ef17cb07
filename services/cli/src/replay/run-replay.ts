import { join, resolve } from 'node:path'
import { readContentDays } from '@wabastream/clickhouse'
import { consumerGroup, readerNames } from '@wabastream/contracts'
import { CliError } from '../output/cli-error.ts'
import { commandText } from '../output/command-text.ts'
import { formatBytes, formatCount, formatDuration } from '../output/format.ts'
import { prepareStack } from '../prepare/prepare.ts'
import { type SupervisedService } from '../start/services.ts'
import { onServicePorts } from '../start/choose-ports.ts'
import { readFreeBytes } from '../stack/disk-room.ts'
import { startServices, stopServices } from '../start/start-services.ts'
import { createSteps, type Steps } from '../output/steps.ts'
import { watchStopSignal } from '../installation/stop-signal.ts'
import { derivedTopicSpecs, type TopicSettings } from '../installation/topics.ts'
import { type Terminal } from '../output/terminal.ts'
import { assertBeside } from './assert-generation.ts'
import { awaitNoMembers, beginGeneration } from './begin-generation.ts'
import { chooseRetention } from './choose-retention.ts'
import { describeEstimate } from './estimate/describe-estimate.ts'
import { followRebuild } from './follow-rebuild.ts'
import { type Installation } from '../installation/installation.ts'
import { createStageReader } from './read-stages.ts'
import { keepRebuildRate } from './estimate/rebuild-rate.ts'
import { readEstimate } from './run-estimate.ts'
import { type StartPosition } from './start-position.ts'
import { watchStopRequest } from './stop-request.ts'

export interface ReplayOptions {
  readonly into: number
  readonly from: StartPosition | undefined
  /** False if the services of the generation run elsewhere. */
  readonly services: boolean
  readonly exit: boolean
  readonly json: boolean
}

/** Runs a generation beside the live one, from the raw topic, until it is asked to stop. */
export async function runReplay(
  installation: Installation,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<void> {
  const { kafka, live } = installation
  const { into } = options
  assertBeside({ into, live })
  const steps = createSteps(terminal)
  const stop = watchStopSignal(() => terminal.note('\nstopping (again to end at once)'))
  const { clickhouse, retentionDays: asked } = installation
  const retentionDays = await chooseRetention(clickhouse, { asked, into, live })
  const contentRetentionDays =
    installation.contentRetentionDays ?? (await readContentDays(clickhouse, live)) ?? retentionDays
  const settings = {
    ...installation.settings,
    generation: into,
    retentionDays,
    contentRetentionDays,
  }
  await prepare(installation, { ...options, settings }, steps)
  const services: SupervisedService[] = []
  const dropped = new AbortController()
  const ended = new AbortController()
  const signal = AbortSignal.any([stop.signal, dropped.signal])
  const { dataDirectory } = installation
  void watchStopRequest(dataDirectory, { generation: into, signal: ended.signal }).then(
    (isAsked) => {
      if (!isAsked) return
      steps.warn(`generation ${into} is being dropped`)
      dropped.abort(new Error('dropped'))
    },
  )
  try {
    if (options.services) {
      await startGeneration(installation, settings, { services, steps, signal }).catch(
        (error: unknown) => {
          if (stop.signal.aborted) terminal.note(describeEnd(into, 'services not ready', undefined))
          throw error
        },
      )
    }
    const startedMs = performance.now()
    const { progress, delayMs } = await followRebuild({
      read: createStageReader(kafka.admin, into),
      terminal,
      signal,
      exitAtZeroLag: options.exit,
      onCaughtUp(ms, { done }) {
        steps.done(describeCaughtUp(dataDirectory, ms, options))
        if (!options.services) return
        const durationMs = performance.now() - startedMs
        // It only makes the next estimate better.
        void keepRebuildRate(dataDirectory, { webhooks: done, durationMs }).catch(() => undefined)
      },
    })
    if (options.json) terminal.out(JSON.stringify({ generation: into, delayMs, ...progress }))
    else
      terminal.note(
        describeEnd(into, `${formatCount(progress.done)} webhooks decoded in this run`, delayMs),
      )
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    ended.abort()
    await stopServices(services, steps)
  }
}

/** Makes topics, schemas and tables, and sets where the decoder begins. It can be repeated. */
async function prepare(
  installation: Installation,
  options: ReplayOptions & { readonly settings: TopicSettings },
  steps: Steps,
): Promise<void> {
  const { addresses, dataDirectory, kafka } = installation
  const { into, services, settings } = options
  if (services) await assertNobodyRuns(kafka.admin, into, steps)
  // This comes first, so that a refusal leaves nothing behind.
  const { estimate, offsets } = await readEstimate(installation, options)
  steps.say(describeEstimate(estimate, options))
  const free = services ? await readFreeBytes(resolve(dataDirectory)) : Infinity
  if (free < estimate.topicBytes + estimate.tableBytes) {
    steps.warn(`the disk of ${dataDirectory} may not suffice: ${formatBytes(free)} are free`)
  }
  await prepareStack(addresses, settings, steps, { topics: derivedTopicSpecs(settings) })
  if (offsets !== undefined) await beginGeneration(kafka.admin, { generation: into, offsets })
  steps.done(
    offsets === undefined
      ? `generation ${into} goes on where it stands`
      : `generation ${into} begins at raw offsets ${describeOffsets(offsets)}`,
  )
}

async function assertNobodyRuns(
  admin: Installation['kafka']['admin'],
  generation: number,
  steps: Steps,
): Promise<void> {
  const group = consumerGroup('decoder', generation)
  const busy = await awaitNoMembers(admin, [group], {
    onWaiting: () => steps.say(`${group} still has members; waiting for their end`),
  })
  if (busy.size === 0) return
  throw new CliError(
    `Generation ${generation} runs already (${group} has ${busy.get(group)} ` +
      'members). --no-services shows its progress.',
  )
}

async function startGeneration(
  { addresses, dataDirectory }: Installation,
  settings: TopicSettings,
  tools: {
    readonly services: SupervisedService[]
    readonly steps: Steps
    readonly signal: AbortSignal
  },
): Promise<void> {
  const choice = { freePorts: true, port: 0, names: readerNames }
  const logDirectory = join(dataDirectory, 'logs', `g${settings.generation}`)
  await onServicePorts(choice, tools, ({ services }) =>
    startServices(
      { addresses, dataDirectory, settings, services, logDirectory },
      tools.services,
      tools,
    ),
  )
}

function describeOffsets(offsets: ReadonlyMap<number, number>): string {
  const sorted = [...offsets].toSorted(([a], [b]) => a - b)
  return sorted.map(([partition, offset]) => `${partition}:${offset}`).join(', ')
}

function describeCaughtUp(
  dataDirectory: string,
  delayMs: number,
  { exit, into }: ReplayOptions,
): string {
  const state = `generation ${into} has caught up (${formatDuration(delayMs)} behind)`
  const diff = commandText(['replay', '--diff', '--into', String(into)], dataDirectory)
  const next = `compare with \`${diff}\``
  return exit ? state : `${state} and follows live traffic; ${next}`
}

function describeEnd(into: number, work: string, delayMs: number | undefined): string {
  const state = delayMs === undefined ? 'not caught up yet' : 'caught up'
  return `generation ${into}: ${work}, ${state}; the same command goes on from here`
}
