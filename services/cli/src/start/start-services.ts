import { type StackAddresses } from '@wabastream/local-stack'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ProgramName, serviceNames } from '@wabastream/contracts'
import { type SupervisedService, superviseService } from './services.ts'
import { type Steps } from '../output/steps.ts'
import { type TopicSettings } from '../installation/topics.ts'

const READY_TIMEOUT_MS = 90_000

export interface ServicePlan {
  readonly addresses: StackAddresses
  readonly settings: TopicSettings
  readonly dataDirectory: string
  /** Only for the ingestor. */
  readonly webhooks?: { readonly channelsFile: string; readonly port: number }
  /** Only for the forwarder. */
  readonly destinationsFile?: string
  /** Variables of the canary, if there is one. */
  readonly canary?: Readonly<Record<string, string>>
  readonly services: readonly PlannedService[]
  /** Folder of their logs. */
  readonly logDirectory: string
}

export interface PlannedService {
  readonly name: ProgramName
  readonly adminPort: number
}

/**
 * Starts the services; each is put into `started` at once, so that it can be stopped. `watch` comes
 * last, because the canary's webhooks should be accepted and become rows.
 */
export async function startServices(
  plan: ServicePlan,
  started: SupervisedService[],
  tools: { readonly steps: Steps; readonly signal: AbortSignal },
): Promise<void> {
  const { steps, signal } = tools
  const start = async ({ name, adminPort }: PlannedService): Promise<void> => {
    const environment = { ...environmentOf(plan), ADMIN_PORT: String(adminPort) }
    const service = await superviseService({
      spec: { name, mainPath: mainPathOf(name), adminPort, environment },
      logDirectory: plan.logDirectory,
      onNews: (line) => steps.warn(line),
    })
    started.push(service)
    await steps.run(`${name} is ready`, () =>
      service.waitUntilReady({ timeoutMs: READY_TIMEOUT_MS, signal }),
    )
  }
  await Promise.all(plan.services.filter(({ name }) => name !== 'watch').map(start))
  await Promise.all(plan.services.filter(({ name }) => name === 'watch').map(start))
}

/**
 * First the senders, then in the order of the flow, so that nothing new comes in while the others
 * finish.
 */
export async function stopServices(
  services: readonly SupervisedService[],
  steps: Steps,
): Promise<void> {
  for (const name of ['watch', ...serviceNames, 'forwarder'] as const) {
    const service = services.find((candidate) => candidate.name === name)
    if (service !== undefined) await steps.run(`${name} stopped`, () => service.stop())
  }
}

function mainPathOf(name: ProgramName): string {
  return fileURLToPath(new URL(`../../../${name}/src/main.ts`, import.meta.url))
}

function environmentOf(plan: ServicePlan): Record<string, string> {
  const { addresses, settings, dataDirectory, webhooks, canary, destinationsFile } = plan
  return {
    ADMIN_HOST: '127.0.0.1',
    KAFKA_BROKERS: addresses.brokers.join(','),
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    CLICKHOUSE_URL: addresses.clickhouseUrl,
    GENERATION: String(settings.generation),
    PARTITIONS: String(settings.partitions),
    RETENTION_DAYS: String(settings.retentionDays),
    STATE_DIR: join(dataDirectory, 'state'),
    ...(webhooks !== undefined && {
      CHANNELS_FILE: webhooks.channelsFile,
      PORT: String(webhooks.port),
    }),
    ...(destinationsFile !== undefined && { DESTINATIONS_FILE: destinationsFile }),
    ...canary,
  }
}
