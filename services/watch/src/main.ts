import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { createClickHouse, replicationOf } from '@wabastream/clickhouse'
import { CANARY_NUMBER, databaseName } from '@wabastream/contracts'
import {
  ConfigError,
  type RunningService,
  runService,
  type ServiceContext,
  toHealth,
} from '@wabastream/service-host'
import { runCanary } from './canary/canary.ts'
import { createCanaryMetrics } from './canary/canary-metrics.ts'
import { type WatchConfig, configSchema } from './config.ts'
import { postWebhook } from './canary/post-webhook.ts'
import { createSyntheticWebhook } from './canary/synthetic-webhook.ts'

await runService({ service: 'watch', schema: configSchema, start })

async function start(service: ServiceContext<WatchConfig>): Promise<RunningService> {
  const { config, logger, registry, signal } = service
  const secret = (await readText('CANARY_SECRET_FILE', config.canarySecretFile)).trim()
  const trusted =
    config.canaryCaFile === undefined
      ? undefined
      : await readText('CANARY_CA_FILE', config.canaryCaFile)
  const ca = trusted === undefined ? undefined : [...rootCertificates, trusted].join('\n')
  const clickhouse = createClickHouse({
    url: config.clickhouseUrl,
    replication: replicationOf(config),
  })
  const table = `${databaseName(config.generation)}.message_timeline`
  const running = runCanary(
    {
      intervalMs: config.canaryIntervalMs,
      timeoutMs: config.canaryTimeoutMs,
      pollMs: config.canaryPollMs,
      metrics: createCanaryMetrics(registry, Date.now),
      now: Date.now,
      create: () => createSyntheticWebhook({ id: randomUUID(), nowMs: Date.now(), secret }),
      post: (webhook) => postWebhook(webhook, { url: config.canaryUrl, ca }),
      async findArrived(messageIds) {
        const rows = await clickhouse.query<{ readonly id: string }>(
          `SELECT DISTINCT message_id AS id FROM ${table}
         WHERE number = {number:String} AND message_id IN {ids:Array(String)}`,
          { number: CANARY_NUMBER, ids: messageIds },
        )
        return rows.map(({ id }) => id)
      },
      onFailure: (err) => {
        logger.warn({ err }, 'the canary could not look for its rows')
      },
    },
    signal,
  )
  return {
    isAlive: () => toHealth([]),
    isReady: () => toHealth([]),
    async stop() {
      await running
      await clickhouse.close()
    },
  }
}

async function readText(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ConfigError('the configuration', [`${setting}: ${String(error)}`])
  }
}
