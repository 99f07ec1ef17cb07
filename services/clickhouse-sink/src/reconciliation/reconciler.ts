import { setTimeout as delay } from 'node:timers/promises'
import {
  type CheckedSlice,
  type ClickHouse,
  type DifferenceSum,
  readLastComparison,
  readReconciliation,
  readVerdictsBehind,
} from '@wabastream/clickhouse'
import { databaseName, rawHeaders, topicNames } from '@wabastream/contracts'
import { type KafkaClient, toKafkaRecord } from '@wabastream/kafka'
import { type Logger } from '@wabastream/service-host'
import { type Checkpoint, type CheckpointAdmin, isWritten, takeCheckpoint } from './checkpoint.ts'
import { reconcilePass } from './reconcile-pass.ts'
import { type ReconciliationMetrics } from './reconciliation-metrics.ts'

export interface ReconcilerOptions {
  readonly client: Pick<ClickHouse, 'command' | 'query'>
  readonly kafka: Pick<KafkaClient, 'readRecord'> & { readonly admin: CheckpointAdmin }
  readonly generation: number
  readonly metrics: ReconciliationMetrics
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
  /** Whether it is this process's turn, because only one instance reconciles. */
  readonly isHolder: () => boolean
  readonly intervalMs: number
  /** Called when all rows of what was accepted until then are there. */
  readonly onProved: (atMs: number) => Promise<void>
  /** Webhooks of this many days are looked at again in turn. */
  readonly days: number
}

export interface Reconciler {
  /** Resolves once it has ended. */
  stop(): Promise<void>
}

const POLL_MS_MAX = 5_000
const POSITIONS_LOGGED_MAX = 20

/**
 * Continuously compares what was accepted with what is in the tables. It compares a checkpoint of
 * the pipeline once the sink has written everything before it, so lag is never a difference: it
 * shows as the age of the last comparison.
 */
export function startReconciler(options: ReconcilerOptions): Reconciler {
  const stopping = new AbortController()
  const running = run(options, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function run(options: ReconcilerOptions, signal: AbortSignal): Promise<void> {
  const { intervalMs, isHolder, logger, metrics } = options
  const pollMs = Math.min(POLL_MS_MAX, intervalMs)
  let wasHolder = false
  let checkpoint: Checkpoint | undefined
  let nextMs = 0
  while (!signal.aborted) {
    try {
      if (!isHolder()) {
        checkpoint = undefined
        wasHolder = false
        metrics.hide()
      } else {
        // The age does not begin now; otherwise processes that keep taking over would never seem
        // late.
        if (!wasHolder) metrics.proved(await readLastComparison(toSource(options)))
        wasHolder = true
        if (checkpoint === undefined && Date.now() >= nextMs) {
          nextMs = Date.now() + intervalMs
          checkpoint = await takeCheckpoint(options.kafka.admin, {
            generation: options.generation,
            nowMs: Date.now(),
          })
        }
        if (checkpoint !== undefined && (await prove(options, checkpoint, signal))) {
          checkpoint = undefined
        }
      }
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'reconciliation failed and is tried again')
    }
    await delay(pollMs, undefined, { signal }).catch(() => undefined)
  }
}

const toSource = ({ client, generation }: ReconcilerOptions) => ({
  client,
  database: databaseName(generation),
})

/** False while the sink has not written everything below the checkpoint. */
async function prove(
  options: ReconcilerOptions,
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<boolean> {
  const { client, generation, kafka, metrics } = options
  const { admin } = kafka
  if (!(await isWritten(admin, { generation, checkpoint }))) return false
  const { raw } = topicNames(generation)
  const sinceMs = Date.now() - options.days * DAY_MS
  const isComplete = await reconcilePass({
    client,
    generation,
    sinceMs,
    signal,
    decoded: checkpoint.decoded,
    starts: await admin.startOffsets(raw),
    nowMs: () => Date.now(),
    channelOf: (partition, offset) => readChannel(kafka, { topic: raw, partition, offset }),
    onDifference: (slice) => {
      logSlice(options.logger, slice)
    },
  })
  const source = { client, database: databaseName(generation) }
  const { differences, resent } = await readReconciliation(source, sinceMs)
  const surplus = await countSurplusVerdicts(options, checkpoint)
  metrics.show([...differences, ...surplus], resent)
  if (!isComplete) return true
  metrics.proved(checkpoint.takenAtMs)
  await options.onProved(checkpoint.takenAtMs)
  return true
}

/** Verdicts of offsets beyond the end of the raw topic, which has lost records. */
async function countSurplusVerdicts(
  { client, generation, kafka }: ReconcilerOptions,
  { decoded }: Checkpoint,
): Promise<readonly DifferenceSum[]> {
  const source = { client, database: databaseName(generation) }
  const lasts = await readVerdictsBehind(source, decoded)
  if (lasts.size === 0) return []
  const ends = await kafka.admin.endOffsets(topicNames(generation).raw)
  const amount = [...lasts].reduce(
    (sum, [partition, last]) => sum + Math.max(0, last + 1 - (ends.get(partition) ?? 0)),
    0,
  )
  return amount === 0 ? [] : [{ kind: 'surplus_verdict', channel: '', amount }]
}

async function readChannel(
  kafka: Pick<KafkaClient, 'readRecord'>,
  position: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<string> {
  const record = await kafka.readRecord(position)
  return record === null ? '' : (toKafkaRecord(record).headerText(rawHeaders.channel) ?? '')
}

function logSlice(
  logger: ReconcilerOptions['logger'],
  { rawPartition, gaps, differences }: CheckedSlice,
): void {
  for (const { from, to } of gaps.slice(0, POSITIONS_LOGGED_MAX)) {
    logger.error({ rawPartition, from, to }, 'raw offsets without a verdict')
  }
  for (const difference of differences.slice(0, POSITIONS_LOGGED_MAX)) {
    const { kind, rawOffset, channel, receivedAt, amount, items } = difference
    const hour = new Date(receivedAt).toISOString().slice(0, 13)
    logger.error(
      { kind, rawPartition, rawOffset, channel, hour, amount, items },
      'verdict and rows differ',
    )
  }
  const unlisted = gaps.length + differences.length - 2 * POSITIONS_LOGGED_MAX
  if (unlisted > 0) logger.error({ rawPartition, unlisted }, 'more offsets in the same slice')
}

const DAY_MS = 86_400_000
