import { readTableDays, readViewsGeneration } from '@wabastream/clickhouse'
import { connectKafka } from '../installation/connect-kafka.ts'
import { type TopicSettings } from '../installation/topics.ts'
import { checkDestinations } from './check-destinations.ts'
import { checkGroups } from './check-groups.ts'
import { checkBrokers, checkTopics } from './check-kafka.ts'
import { checkReadReceipts } from './check-read-receipts.ts'
import { checkServers } from './check-servers.ts'
import { checkServices } from './check-services.ts'
import { checkClickHouse, checkReconciliation, checkRegistry } from './check-stores.ts'
import { checkIngestor, checkWebhooks } from './check-webhooks.ts'
import { checkHop, type Finding, findingsOf } from './finding.ts'
import { connectClickHouseServers } from '../installation/connect-clickhouse.ts'

export interface DoctorOptions {
  readonly webhooksUrl: string | undefined
  /** Address behind whatever ends TLS, if that is not the ingestor itself. */
  readonly ingestorUrl?: string | undefined
  readonly adminUrls: readonly string[]
  readonly brokers: readonly string[]
  readonly schemaRegistryUrl: string
  readonly clickhouseUrl: string
  /** By default the one that the views show. */
  readonly generation: number | undefined
  /** Database of the analysts' views, if it is not the usual one. */
  readonly viewsDatabase?: string
  readonly settings: Omit<TopicSettings, 'generation'> & {
    readonly bodyBytesMax: number
    readonly stateAgeHoursMax: number
  }
}

const FIRST_GENERATION = 1

/**
 * Checks each hop separately, in the order of the way, so that a broken one hides nothing behind
 * it.
 */
export async function runDoctor(options: DoctorOptions): Promise<readonly Finding[]> {
  const servers = connectClickHouseServers({ url: options.clickhouseUrl })
  const { client: clickhouse } = servers
  try {
    const seen = await readViewsGeneration(clickhouse, options.viewsDatabase).catch(() => undefined)
    const generation = options.generation ?? seen ?? FIRST_GENERATION
    const tableDays = await readTableDays(clickhouse, generation).catch(() => null)
    const { ingestorUrl } = options
    const [webhooks, ingestor, services, kafka, registry, stores] = await Promise.all([
      checkHop('webhooks', 'is --webhooks an address?', () => checkWebhooks(options.webhooksUrl)),
      ingestorUrl === undefined
        ? []
        : checkHop('ingestor', 'is --ingestor an address?', () => checkIngestor(ingestorUrl)),
      checkServices(options.adminUrls),
      checkKafka(options, generation, tableDays),
      checkHop(
        'registry',
        'is it running at SCHEMA_REGISTRY_URL, and may it be reached from here?',
        () => checkRegistry(options.schemaRegistryUrl),
      ),
      checkHop(
        'clickhouse',
        'is it running at CLICKHOUSE_URL, and do user and password fit?',
        async () => [
          ...(await checkClickHouse(clickhouse, generation, options.viewsDatabase)),
          ...(await checkServers(servers, generation, options.viewsDatabase)),
        ],
      ),
    ])
    const isTabled = stores.every(({ state }) => state !== 'broken')
    const reconciliation = isTabled
      ? await checkHop('reconciliation', 'see clickhouse', () =>
          checkReconciliation(clickhouse, generation),
        )
      : [
          findingsOf('reconciliation').notChecked(
            'there is nothing to read it from',
            'see clickhouse',
          ),
        ]
    return [webhooks, ingestor, services, kafka, registry, stores, reconciliation].flat()
  } finally {
    await servers.close()
  }
}

async function checkKafka(
  options: DoctorOptions,
  generation: number,
  tableDays: number | null,
): Promise<readonly Finding[]> {
  const kafka = connectKafka(options.brokers)
  try {
    const fix =
      'are the brokers running at KAFKA_BROKERS, do their advertised addresses lead here, ' +
      'and may this client use them?'
    const brokers = await checkHop('kafka', fix, () => checkBrokers(kafka))
    if (brokers.some(({ state }) => state === 'broken')) {
      const behind = (['topics', 'groups', 'destinations', 'read receipts'] as const).map((hop) =>
        findingsOf(hop).notChecked('no broker answers', 'see kafka'),
      )
      return [...brokers, ...behind]
    }
    const topics = await checkHop('topics', fix, () =>
      checkTopics(kafka, { ...options.settings, generation, tableDays }),
    )
    return [
      ...brokers,
      ...topics,
      ...(await checkHop('groups', fix, () => checkGroups(kafka, generation))),
      ...(await checkHop('destinations', fix, () => checkDestinations(kafka))),
      ...(await checkHop('read receipts', fix, () => checkReadReceipts(kafka))),
    ]
  } finally {
    await kafka.close()
  }
}
