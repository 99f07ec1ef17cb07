import { topicNames } from '@wabastream/contracts'
import { type ChainedProducer } from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type ReadReceiptsConfig } from './config.ts'
import { type Connections } from './connect.ts'
import { type KeptLog } from './keeping/kept-log.ts'
import { sendLetter } from './marking/letters.ts'
import { NumberLane } from './marking/number-lane.ts'
import { OwnLog } from './marking/own-log.ts'
import { type PolicyOf } from './policies/policy-file.ts'
import { type ConnectedNumber } from './providers.ts'
import { type createReadReceiptMetrics } from './read-receipt-metrics.ts'
import { type SessionOptions } from './session/session-options.ts'
import { Session } from './session/session.ts'
import { WaitingList } from './waiting/waiting-list.ts'

const HOUR_MS = 3_600_000
/** Some hundred bytes each, in memory and in the topic. */
const WAITING_MAX = 200_000
/** Due messages in memory: of one number, and of all. The others lie in the topic alone. */
const HELD_MAX = 10_000
const HELD_MAX_OF_ALL = 100_000
/** Some 70 bytes each, in memory. Only an outage of days, or a rate far too low, comes so far. */
const SPILLED_MAX = 1_000_000
const DONE_MAX = 200_000
const ANSWERS_MAX = 100_000
/** Label of numbers that the file does not name. */
const UNKNOWN = 'unknown'

export interface SessionParts {
  readonly config: Pick<ReadReceiptsConfig, 'marksPerSecond' | 'marksParallel' | 'markWithinHours'>
  readonly connections: Pick<Connections, 'codec' | 'letterPartitions' | 'rawPartitions'>
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly kept: KeptLog
  readonly numbers: readonly ConnectedNumber[]
  readonly policyOf: PolicyOf
  readonly metrics: ReturnType<typeof createReadReceiptMetrics>
  readonly logger: Logger
  readonly fail: (error: unknown) => void
  readonly isFrozen: () => boolean
}

/** Makes a session of its own for each time that this process has the partitions. */
export function createSessions(parts: SessionParts): () => Session {
  const { config, connections, fail, isFrozen, kept, metrics, numbers, policyOf, producer } = parts
  const topics = topicNames(1)
  const aliases = new Map(numbers.map(({ alias, id }) => [id, alias]))
  const aliasOf = (number: string): string => aliases.get(number) ?? UNKNOWN
  for (const alias of [...aliases.values(), UNKNOWN]) metrics.begin(alias)
  const { codec, letterPartitions, rawPartitions } = connections
  const letters = { topics, codec, producer, partitions: letterPartitions }
  const own = new OwnLog({ producer, topic: topics.raw, partitions: rawPartitions })
  return () =>
    new Session({
      list: new WaitingList({
        withinMs: config.markWithinHours * HOUR_MS,
        waitingMax: WAITING_MAX,
        heldMax: HELD_MAX,
        heldMaxOfAll: HELD_MAX_OF_ALL,
        heldShare: Math.max(1, Math.floor(HELD_MAX_OF_ALL / numbers.length)),
        spilledMax: SPILLED_MAX,
        answersMax: ANSWERS_MAX,
        doneMax: DONE_MAX,
      }),
      kept,
      own,
      policyOf,
      openLanes: (handlers) =>
        new Map(numbers.map((number) => [number.id, openLane(number, handlers, parts)])),
      sendLetter: (message, error, tries) =>
        sendLetter({ message, error, tries, alias: aliasOf(message.number) }, letters),
      onOutcome: ({ number }, outcome) => metrics.settled(aliasOf(number), outcome),
      onMarked: ({ number }, delayMs) => metrics.marked(aliasOf(number), delayMs),
      onAnswersForgotten: (count) => metrics.forgotten(count),
      fail,
      isFrozen,
      now: Date.now,
    })
}

function openLane(
  { alias, provider }: ConnectedNumber,
  handlers: Parameters<SessionOptions['openLanes']>[0],
  { config, fail, logger, metrics }: SessionParts,
): NumberLane {
  return new NumberLane({
    ...handlers,
    provider: timed(provider, (durationMs) => metrics.requested(alias, durationMs)),
    perSecond: config.marksPerSecond,
    parallel: config.marksParallel,
    onAnswer: (answer, err) => {
      metrics.answered(alias, answer)
      if (err !== undefined) logger.warn({ alias, kind: err.kind, err }, 'not marked')
    },
    onBroken: fail,
    now: () => performance.now(),
    random: Math.random,
  })
}

function timed(
  provider: ConnectedNumber['provider'],
  observe: (durationMs: number) => void,
): Pick<ConnectedNumber['provider'], 'markRead'> {
  return {
    async markRead(messageId, signal) {
      const startedAt = performance.now()
      try {
        await provider.markRead(messageId, signal)
      } finally {
        observe(performance.now() - startedAt)
      }
    },
  }
}
