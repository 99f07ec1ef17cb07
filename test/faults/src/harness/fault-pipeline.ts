import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@wabastream/contracts'
import { renderChannelFile } from '@wabastream/end-to-end'
import { exampleChannels } from '@wabastream/simulator'
import { findFreePort } from '@wabastream/local-stack'
import {
  PARTITIONS,
  type PipelineStack,
  startPipelineStack,
  type TopicConfigs,
} from './pipeline-stack.ts'
import { ServiceInstance } from './service-instance.ts'

/** Dead members should be noticed soon, because a case has many of them. */
const SESSION_TIMEOUT_MS = '6000'
/** Left behind for a look when set: logs and data of every case. */
const KEEP = process.env['WABASTREAM_KEEP'] !== undefined

export interface FaultPipelineOptions {
  readonly cluster: 'single' | 'three'
  /** See `StackOptions`. */
  readonly isControllerApart?: boolean
  /** Services whose way to the brokers leads through the fault proxies; all with `true`. */
  readonly throughProxy?: readonly ServiceName[] | boolean
  /** Processes per service; one each by default, and none for 0. */
  readonly instances?: Readonly<Partial<Record<ServiceName, number>>>
  /** Programs to run in place of a service's own, from the root. */
  readonly entries?: Readonly<Partial<Record<ServiceName, string>>>
  /** Names of instances (`decoder-1`) that run another version's program, and its root. */
  readonly former?: { readonly root: string; readonly names: readonly string[] }
  /** Names of instances that the case starts itself. */
  readonly later?: readonly string[]
  /** Variables of a service's process beyond the usual ones; `stack` reports all addresses. */
  readonly env?: (
    service: ServiceName,
    stack: PipelineStack,
    number: number,
  ) => Readonly<Record<string, string>>
  readonly topics?: TopicConfigs
  readonly brokerProperties?: Readonly<Record<string, string>>
  /**
   * Runs when the stack is up and no service is: starts what stands between them, say. What it
   * resolves with is called at the end.
   */
  readonly prepare?: (stack: PipelineStack) => Promise<() => Promise<void>>
  /** Restarts every process that ends, as an orchestrator does. */
  readonly supervise?: boolean
}

/** A whole wabastream, every part of which can be ended and started again. */
export interface FaultPipeline extends PipelineStack {
  readonly directory: string
  /** Every process, in the order of the flow. */
  readonly services: readonly ServiceInstance[]
  instances(service: ServiceName): readonly ServiceInstance[]
  /** Throws when there is no such instance; numbers begin at 1. */
  instance(service: ServiceName, number?: number): ServiceInstance
  /** Processes ended by kill -9 so far: services, brokers, registry, ClickHouse. */
  killCount(): number
  /** Origins of the ingestors. */
  readonly webhookUrls: readonly string[]
}

export async function startFaultPipeline(options: FaultPipelineOptions): Promise<FaultPipeline> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-faults-'))
  const { brokerProperties, cluster, isControllerApart, topics } = options
  const stack = await startPipelineStack({
    directory,
    cluster,
    isControllerApart,
    topics,
    brokerProperties,
    formerRoot: options.former?.root,
  })
  const unprepare = await prepareOrStop(stack, options)
  const services = await createInstances(stack, directory, options)
  const pipeline: FaultPipeline = {
    ...stack,
    directory,
    services,
    instances: (service) => services.filter((one) => one.service === service),
    instance(service, number = 1) {
      const found = services.find(({ name }) => name === `${service}-${number}`)
      if (found === undefined) throw new Error(`there is no ${service}-${number}`)
      return found
    },
    killCount: () =>
      [...services, ...stack.cluster.brokers, stack.registry, stack.clickhouse].reduce(
        (sum, { killCount }) => sum + killCount,
        0,
      ),
    webhookUrls: services
      .filter(({ service }) => service === 'ingestor')
      .map(({ environment }) => `http://127.0.0.1:${environment['PORT']}`),
    async stop() {
      await Promise.all(services.map((service) => service.stop()))
      await unprepare?.()
      await stack.stop()
      if (!KEEP) await rm(directory, { recursive: true, force: true })
    },
  }
  try {
    const first = services.filter(({ name }) => options.later?.includes(name) !== true)
    await Promise.all(first.map((service) => service.start()))
    await Promise.all(first.map((service) => service.untilReady()))
  } catch (error) {
    await pipeline.stop()
    throw error
  }
  if (options.supervise === true) for (const service of services) service.supervise()
  return pipeline
}

async function prepareOrStop(
  stack: PipelineStack,
  { prepare }: FaultPipelineOptions,
): Promise<(() => Promise<void>) | undefined> {
  try {
    return await prepare?.(stack)
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function createInstances(
  stack: PipelineStack,
  directory: string,
  options: FaultPipelineOptions,
): Promise<readonly ServiceInstance[]> {
  const channels = renderChannelFile(exampleChannels)
  const channelsFile = join(directory, 'channels.json')
  await writeFile(channelsFile, channels.text)
  const shared = {
    ...channels.environment,
    CHANNELS_FILE: channelsFile,
    GENERATION: '1',
    PARTITIONS: String(PARTITIONS),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    SESSION_TIMEOUT_MS,
  }
  const create = async (service: ServiceName, number: number): Promise<ServiceInstance> => {
    const [adminPort, port] = [await findFreePort(), await findFreePort()]
    return new ServiceInstance({
      service,
      number,
      adminPort,
      directory: join(directory, 'logs'),
      entry: options.entries?.[service],
      root: options.former?.names.includes(`${service}-${number}`)
        ? options.former.root
        : undefined,
      environment: {
        ...shared,
        KAFKA_BROKERS: addressesFor(service, stack, options).join(','),
        PORT: String(port),
        STATE_DIR: join(directory, 'state', `${service}-${number}`),
        ...options.env?.(service, stack, number),
      },
    })
  }
  const created: ServiceInstance[] = []
  for (const service of serviceNames) {
    const count = options.instances?.[service] ?? 1
    for (let number = 1; number <= count; number++) created.push(await create(service, number))
  }
  return created
}

function addressesFor(
  service: ServiceName,
  { cluster }: PipelineStack,
  { throughProxy = false }: FaultPipelineOptions,
): readonly string[] {
  const isThrough =
    typeof throughProxy === 'boolean' ? throughProxy : throughProxy.includes(service)
  return isThrough ? cluster.proxiedAddresses : cluster.addresses
}
