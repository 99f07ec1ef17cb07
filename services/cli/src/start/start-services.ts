import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ServiceName } from '@wabastream/contracts'
import { type StackAddresses } from './prepare.ts'
import { type SupervisedService, superviseService } from './services.ts'
import { type Steps } from './steps.ts'
import { type TopicSettings } from './topics.ts'

const READY_TIMEOUT_MS = 90_000

/** In the order in which they are stopped: nothing new comes in, then the rest drains. */
export const serviceNames = [
  'ingestor', 'decoder', 'timeline-processor', 'clickhouse-sink',
] as const satisfies readonly ServiceName[]

export interface ServicePlan {
  readonly addresses: StackAddresses
  readonly settings: TopicSettings
  readonly dataDirectory: string
  readonly channelsFile: string
  readonly port: number
  /** Of the four services, in the order of `serviceNames`. */
  readonly adminPorts: readonly number[]
}

/** Starts the four services; each is put into `started` at once, so that it can be stopped. */
export async function startServices(
  plan: ServicePlan,
  started: SupervisedService[],
  tools: { readonly steps: Steps; readonly signal: AbortSignal },
): Promise<void> {
  const { steps, signal } = tools
  await Promise.all(serviceNames.map(async (name, index) => {
    const adminPort = plan.adminPorts[index] ?? 0
    const environment = { ...environmentOf(plan), ADMIN_PORT: String(adminPort) }
    const service = await superviseService({
      spec: { name, mainPath: mainPathOf(name), adminPort, environment },
      logDirectory: join(plan.dataDirectory, 'logs'),
      onNews: (line) => steps.warn(line),
    })
    started.push(service)
    await steps.run(`${name} is ready`, () =>
      service.waitUntilReady({ timeoutMs: READY_TIMEOUT_MS, signal }))
  }))
}

function mainPathOf(name: ServiceName): string {
  return fileURLToPath(new URL(`../../../${name}/src/main.ts`, import.meta.url))
}

function environmentOf(plan: ServicePlan): Record<string, string> {
  const { addresses, settings, dataDirectory, channelsFile, port } = plan
  return {
    ADMIN_HOST: '127.0.0.1',
    KAFKA_BROKERS: addresses.brokers.join(','),
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    CLICKHOUSE_URL: addresses.clickhouseUrl,
    GENERATION: String(settings.generation),
    PARTITIONS: String(settings.partitions),
    RETENTION_DAYS: String(settings.retentionDays),
    CHANNELS_FILE: channelsFile,
    PORT: String(port),
    STATE_DIR: join(dataDirectory, 'state'),
  }
}
