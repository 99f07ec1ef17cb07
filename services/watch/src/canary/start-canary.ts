import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { type ClickHouse } from '@wabastream/clickhouse'
import { CANARY_NUMBER } from '@wabastream/contracts'
import { ConfigError, type Logger } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { runCanary } from './canary.ts'
import { createCanaryMetrics } from './canary-metrics.ts'
import { postWebhook } from './post-webhook.ts'
import { createSyntheticWebhook } from './synthetic-webhook.ts'

export interface CanarySettings {
  readonly url: string
  readonly secretFile: string
  readonly caFile: string | undefined
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly pollMs: number
}

/**
 * Starts the canary. Resolves with what runs until the signal is aborted; throws a ConfigError if
 * one of its files can't be read.
 */
export async function startCanary(
  settings: CanarySettings,
  tools: {
    readonly clickhouse: Pick<ClickHouse, 'query'>
    /** Of the generation in which it looks for its rows. */
    readonly database: string
    readonly logger: Logger
    readonly registry: Registry
  },
  signal: AbortSignal,
): Promise<{ readonly running: Promise<void> }> {
  const { clickhouse, database, logger, registry } = tools
  const { caFile, intervalMs, pollMs, secretFile, timeoutMs, url } = settings
  const secret = (await readText('CANARY_SECRET_FILE', secretFile)).trim()
  const trusted = caFile === undefined ? undefined : await readText('CANARY_CA_FILE', caFile)
  const ca = trusted === undefined ? undefined : [...rootCertificates, trusted].join('\n')
  const running = runCanary(
    {
      intervalMs,
      timeoutMs,
      pollMs,
      metrics: createCanaryMetrics(registry, Date.now),
      now: Date.now,
      create: () => createSyntheticWebhook({ id: randomUUID(), nowMs: Date.now(), secret }),
      post: (webhook) => postWebhook(webhook, { url, ca }),
      async findArrived(messageIds) {
        const rows = await clickhouse.query<{ readonly id: string }>(
          `SELECT DISTINCT message_id AS id FROM ${database}.message_timeline
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
  return { running }
}

async function readText(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ConfigError('the configuration', [`${setting}: ${String(error)}`])
  }
}
