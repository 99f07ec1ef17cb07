import { join } from 'node:path'
import { checkFiles } from '@wabastream/channels'
import { type ProgramName, serviceNames } from '@wabastream/contracts'
import { type LocalStack, startLocalStack, type StackAddresses } from '@wabastream/local-stack'
import { removeAddresses, writeAddresses } from '../installation/addresses.ts'
import { CliError } from '../output/cli-error.ts'
import { type StartConfig } from '../installation/config.ts'
import { type Terminal } from '../output/terminal.ts'
import { planCanary } from './canary.ts'
import {
  chooseServicePorts,
  onServicePorts,
  type PortChoice,
  servicePorts,
  type ServicePorts,
  stackPorts,
} from './choose-ports.ts'
import { assertServersAnswer } from '../installation/check-servers.ts'
import { chooseDestinations } from './forwarder.ts'
import { chooseGeneration } from './choose-generation.ts'
import { ensureLocalChannels } from './default-channels.ts'
import { handOverGenerations } from './hand-over.ts'
import { type LocalChannel } from './default-channels.ts'
import { assertPortsUnused } from './ports-in-use.ts'
import { assertRoom } from '../stack/disk-room.ts'
import { prepareStack } from '../prepare/prepare.ts'
import { type ServicePlan, startServices, stopServices } from './start-services.ts'
import { type SupervisedService } from './services.ts'
import { type Steps } from '../output/steps.ts'

export interface PipelineOptions {
  readonly config: StartConfig
  readonly dataDirectory: string
  readonly freePorts: boolean
  /** Includes the canary. */
  readonly canary: boolean
  /** Addresses that webhooks are handed on to. */
  readonly forwardTo: readonly string[]
  readonly terminal: Terminal
  readonly steps: Steps
  /** Called when a part of the local stack ends although nobody stopped it. */
  readonly onPartLost: (what: string) => void
  /** Aborted when the user wants to stop, even during the start. */
  readonly signal: AbortSignal
}

export interface Pipeline {
  readonly addresses: StackAddresses
  readonly generation: number
  readonly webhooksUrl: string
  readonly channels: readonly LocalChannel[]
  readonly channelsFile: string
  readonly services: readonly SupervisedService[]
  /** Ends the services in the order of the flow, then the stack. Data stays. */
  stop(): Promise<void>
}

/** A user who interrupts a start gets the prompt back within a second. */
const HURRIED_STOP_MS = 600

/** Starts everything. Throws, with nothing left running, when a part does not come up. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { config, dataDirectory, signal, steps } = options
  const destinationsFile = await chooseDestinations(options)
  const names = namesOf({ hasDestinations: destinationsFile !== undefined, ...options })
  const choice: PortChoice = { freePorts: options.freePorts, port: config.port, names }
  if (config.channelsFile !== undefined) {
    checkFiles({ ...process.env, CHANNELS_FILE: config.channelsFile })
  }
  await assertRoom(dataDirectory)
  if (!options.freePorts) {
    await assertPortsUnused(servicePorts(await chooseServicePorts(choice)), { signal })
  }
  const services: SupervisedService[] = []
  let stack: LocalStack | undefined
  const stopping = new AbortController()
  let handingOver: Promise<void> | undefined
  let isUp = false
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('stopped'))
    if (!isUp && signal.aborted) return stopHurriedly(services, stack, dataDirectory)
    await handingOver
    await removeAddresses(dataDirectory)
    await stopServices(services, steps)
    const running = stack
    if (running === undefined) return
    await steps.run('Kafka, registry and ClickHouse stopped', () => running.stop())
  }
  try {
    stack =
      externalAddresses(config) === undefined
        ? await startStack(options, stackPorts(choice))
        : undefined
    const addresses = toAddresses(stack) ?? externalAddresses(config)
    if (addresses === undefined) throw new CliError('there is no stack to use')
    signal.throwIfAborted()
    if (stack === undefined) {
      await unlessAborted(
        signal,
        steps.run('servers answer', () => assertServersAnswer(addresses)),
      )
    }
    const settings = {
      ...config,
      generation: await unlessAborted(signal, chooseGeneration(addresses, config)),
    }
    const { generation } = settings
    const isOnlyServer = stack !== undefined
    await unlessAborted(signal, prepareStack(addresses, settings, steps, { isOnlyServer }))
    const channels = await chooseChannels(config, dataDirectory)
    const { plan, webhooksUrl } = await onServicePorts(choice, { services, steps }, (ports) =>
      startOn(ports, services, { addresses, settings, channels, destinationsFile, options }),
    )
    const { brokers, ...urls } = addresses
    await writeAddresses(dataDirectory, {
      kafkaBrokers: [...brokers],
      ...urls,
      generation,
      webhooksUrl,
      ...(destinationsFile !== undefined && { destinationsFile }),
      adminUrls: plan.services.map(({ adminPort }) => `http://127.0.0.1:${adminPort}`),
    })
    isUp = true
    handingOver = handOverGenerations({ plan, services, steps, signal: stopping.signal })
    return {
      addresses,
      generation,
      services,
      stop,
      webhooksUrl,
      channels: channels.channels,
      channelsFile: channels.file,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function namesOf(wanted: {
  readonly hasDestinations: boolean
  readonly canary: boolean
}): readonly ProgramName[] {
  return [
    ...serviceNames,
    ...(wanted.hasDestinations ? (['forwarder'] as const) : []),
    ...(wanted.canary ? (['watch'] as const) : []),
  ]
}

async function startOn(
  { services: planned, webhooks: port }: ServicePorts,
  services: SupervisedService[],
  given: Pick<ServicePlan, 'addresses' | 'settings'> & {
    readonly channels: { readonly file: string }
    readonly destinationsFile: string | undefined
    readonly options: PipelineOptions
  },
): Promise<{ readonly plan: ServicePlan; readonly webhooksUrl: string }> {
  const { addresses, channels, destinationsFile, options, settings } = given
  const { file: channelsFile } = channels
  const { config, dataDirectory, steps } = options
  const webhooksUrl = toWebhooksUrl(config, port)
  const plan = await withCanary(
    {
      addresses,
      settings,
      dataDirectory,
      webhooks: { channelsFile, port },
      ...(destinationsFile !== undefined && { destinationsFile }),
      services: planned,
      logDirectory: join(dataDirectory, 'logs'),
    },
    { channelsFile, webhooksUrl, config, steps },
  )
  await startServices(plan, services, options)
  return { plan, webhooksUrl }
}

function toWebhooksUrl({ tlsCertFile }: StartConfig, port: number): string {
  return `${tlsCertFile === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
}

/**
 * Nothing that matters is half done: what was acked is in Kafka, and everything starts from there.
 */
async function stopHurriedly(
  services: readonly SupervisedService[],
  stack: LocalStack | undefined,
  dataDirectory: string,
): Promise<void> {
  await Promise.all([
    removeAddresses(dataDirectory),
    ...services.map((service) => service.stop(HURRIED_STOP_MS)),
    stack?.stop(HURRIED_STOP_MS),
  ])
}

/** Work that cannot be ended goes on by itself, and nobody waits for it. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    signal.throwIfAborted()
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** With the canary's variables, or without the canary if there is no channel for it. */
async function withCanary(
  plan: ServicePlan,
  { steps, ...options }: Parameters<typeof planCanary>[0] & { readonly steps: Steps },
): Promise<ServicePlan> {
  if (!plan.services.some(({ name }) => name === 'watch')) return plan
  const canary = await planCanary(options)
  if ('environment' in canary) return { ...plan, canary: canary.environment }
  steps.warn(canary.leftOut)
  return { ...plan, services: plan.services.filter(({ name }) => name !== 'watch') }
}

async function startStack(
  options: PipelineOptions,
  ports: ReturnType<typeof stackPorts>,
): Promise<LocalStack> {
  const { dataDirectory, onPartLost, signal, steps } = options
  return startLocalStack({
    dataDirectory,
    ports,
    onProgress: (line) => (line.includes(' is up') ? steps.done(line) : steps.say(line)),
    onPartLost,
    signal,
  })
}

/** The user's channels, or a set for trying things out. */
async function chooseChannels(
  config: StartConfig,
  dataDirectory: string,
): Promise<{ readonly file: string; readonly channels: readonly LocalChannel[] }> {
  if (config.channelsFile !== undefined) return { file: config.channelsFile, channels: [] }
  return ensureLocalChannels(join(dataDirectory, 'channels'))
}

export function externalAddresses(config: StartConfig): StackAddresses | undefined {
  const { kafkaBrokers, schemaRegistryUrl, clickhouseUrl } = config
  return kafkaBrokers === undefined ||
    schemaRegistryUrl === undefined ||
    clickhouseUrl === undefined
    ? undefined
    : { brokers: kafkaBrokers, schemaRegistryUrl, clickhouseUrl }
}

function toAddresses(stack: LocalStack | undefined): StackAddresses | undefined {
  if (stack === undefined) return undefined
  const { brokers, schemaRegistryUrl, clickhouseUrl } = stack
  return { brokers, schemaRegistryUrl, clickhouseUrl }
}
