import { setTimeout as delay } from 'node:timers/promises'
import { topicNames } from '@wabastream/contracts'
import {
  repeat,
  type RunningService,
  type ServiceContext,
  toHealth,
} from '@wabastream/service-host'
import { type ReadReceiptsConfig } from './config.ts'
import { type Connections } from './connect.ts'
import { createSessions } from './create-sessions.ts'
import { KeptLog } from './keeping/kept-log.ts'
import { type PolicyOf } from './policies/policy-file.ts'
import { type ConnectedNumber } from './providers.ts'
import { createReadReceiptMetrics, type NumberState } from './read-receipt-metrics.ts'
import { FreezeWatch } from './session/freeze-watch.ts'
import { RawReader } from './session/raw-reader.ts'
import { type Session } from './session/session.ts'
import { countByNumber } from './waiting/counts.ts'

/** How long a request takes to be seen. */
const POLL_INTERVAL_MS = 2_000
const EXPIRE_INTERVAL_MS = 60_000
/** Time that a stop leaves for requests that are under way. */
const FINISH_MS = 12_000

/** Marks messages until it is asked to stop. */
export function startReadReceipts(
  { config, fail, logger, registry, signal }: ServiceContext<ReadReceiptsConfig>,
  connections: Connections,
  {
    numbers,
    policyOf,
  }: { readonly numbers: readonly ConnectedNumber[]; readonly policyOf: PolicyOf },
): RunningService {
  const { kafka } = connections
  const topics = topicNames(1)
  const producer = kafka.chainedProducer()
  const kept = new KeptLog({
    reader: kafka.partitionReader(),
    producer,
    topic: topics.readReceipts,
  })
  const freeze = new FreezeWatch({
    limitMs: config.sessionTimeoutMs / 2,
    now: () => performance.now(),
    onFrozen: () => fail(new Error('the process stood still, so another one may do its work')),
  })
  const metrics = createReadReceiptMetrics(registry, () => statesOf(reader.session, numbers))
  const reader = new RawReader({
    kafka,
    topic: topics.raw,
    limits: config,
    createSession: createSessions({
      config,
      connections,
      producer,
      kept,
      numbers,
      policyOf,
      metrics,
      logger,
      fail,
      isFrozen: () => freeze.isFrozen(),
    }),
    kept,
    logger,
    fail,
    now: Date.now,
  })
  reader.start().catch((error: unknown) => {
    if (!signal.aborted) fail(error)
  })
  const every = (everyMs: number) => ({
    everyMs,
    signal,
    onFailure(err: unknown) {
      logger.warn({ err }, 'it is tried again')
    },
  })
  const followed = Promise.all([
    repeat(async () => reader.session?.poll(), every(POLL_INTERVAL_MS)),
    repeat(async () => reader.session?.expire(), every(EXPIRE_INTERVAL_MS)),
  ])
  return {
    isAlive: () => toHealth(reader.standstills()),
    isReady: () => toHealth(reader.problems()),
    async stop() {
      // Where Kafka is away both wait for it, and end with its client.
      const ended = Promise.all([reader.stop(), followed])
      await Promise.race([ended, delay(FINISH_MS, undefined, { ref: false })])
      freeze.close()
      await Promise.all(numbers.map(({ provider }) => provider.close()))
      await kafka.close()
    },
  }
}

function statesOf(
  session: Session | undefined,
  numbers: readonly ConnectedNumber[],
): readonly NumberState[] {
  const counts = countByNumber(session?.list.messages() ?? [])
  return numbers.map(({ alias, id }) => ({
    alias,
    due: (counts.get(id)?.due ?? 0) + (session?.list.spilledCountOf(id) ?? 0),
    waiting: counts.get(id)?.waiting ?? 0,
    oldestDueAtMs: counts.get(id)?.oldestDueAtMs ?? null,
    isAway: session?.isAway(id) === true,
  }))
}
