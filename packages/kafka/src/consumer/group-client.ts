import type { Consumer, EachBatchPayload, PartitionAssigner } from 'kafkajs'
import { type Connection } from '../connection/connection.ts'
import { failureOf, KafkaError } from '../wire/kafka-error.ts'
import { UNPACKED_PER_ASKED } from '../wire/records/answer-budget.ts'
import { type FetchedBatch } from '../wire/records/fetched-batch.ts'
import { wiredKafkajs } from '../wire/install.ts'

export interface GroupOptions {
  readonly groupId: string
  readonly topics: readonly string[]
  /** Approximate bytes that one fetch brings of one partition, unpacked; at least one batch. */
  readonly batchBytesMax?: number
  /** Approximate bytes that one fetch brings of all partitions of one broker, unpacked. */
  readonly fetchBytesMax?: number
  /** How long the broker waits for a first record before it answers with none. */
  readonly fetchWaitMs?: number
  /**
   * Fetches are asked for at multiples of this time (since 1970), so that records gather; at most a
   * heartbeat's interval. A backlog and the first record after a quiet time do not wait.
   */
  readonly fetchSpacingMs?: number
  /** By how much later: after those who write what is fetched. */
  readonly fetchPhaseMs?: number
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  /**
   * Name of what all members must have in common: the broker lets nobody in beside members that
   * have another one. Who is not let in waits, with no partitions, until they have left.
   */
  readonly protocol?: string | undefined
  /** One member has all partitions, and the others stand by: for an order that goes across them. */
  readonly isReadByOne?: boolean
}

const BATCH_BYTES_MAX = 1024 * 1024
const FETCH_BYTES_MAX = 16 * 1024 * 1024
const FETCH_WAIT_MS = 250
const SESSION_TIMEOUT_MS = 15_000
const REBALANCE_TIMEOUT_MS = 60_000
const HEARTBEATS_PER_SESSION = 5
/** Outlasts a broker's restart; then the client leaves the group and joins again. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 30 }

/** Milliseconds between two heartbeats of a member whose session ends after `sessionTimeoutMs`. */
function heartbeatIntervalMs(sessionTimeoutMs = SESSION_TIMEOUT_MS): number {
  return Math.floor(sessionTimeoutMs / HEARTBEATS_PER_SESSION)
}

/** The client sends heartbeats between fetches, so no pause between them may last longer. */
export function fetchSpacingMs({
  fetchSpacingMs: wantedMs = 0,
  sessionTimeoutMs,
}: Pick<GroupOptions, 'fetchSpacingMs' | 'sessionTimeoutMs'>): number {
  return Math.min(wantedMs, heartbeatIntervalMs(sessionTimeoutMs))
}

/** A member of the group, read committed, not yet connected. */
export function openGroupClient(connection: Connection, options: GroupOptions): Consumer {
  return connection.kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
    rebalanceTimeout: options.rebalanceTimeoutMs ?? REBALANCE_TIMEOUT_MS,
    heartbeatInterval: heartbeatIntervalMs(options.sessionTimeoutMs),
    maxBytesPerPartition: toAsked(options.batchBytesMax ?? BATCH_BYTES_MAX),
    maxBytes: toAsked(options.fetchBytesMax ?? FETCH_BYTES_MAX),
    minBytes: 1,
    maxWaitTimeInMs: options.fetchWaitMs ?? FETCH_WAIT_MS,
    readUncommitted: false,
    allowAutoTopicCreation: false,
    retry: { ...RETRY, restartOnFailure: async () => true },
    ...assigners(options),
  })
}

function toAsked(unpackedBytes: number): number {
  return Math.ceil(unpackedBytes / UNPACKED_PER_ASKED)
}

function assigners({ isReadByOne = false, protocol }: GroupOptions) {
  if (isReadByOne) return { partitionAssigners: [toOne] }
  return protocol === undefined ? {} : { partitionAssigners: [named(protocol)] }
}

/** Gives everything to the member whose id is the first. */
const toOne: PartitionAssigner = (config) => {
  const { AssignerProtocol, PartitionAssigners } = wiredKafkajs().kafkajs
  const shipped = PartitionAssigners.roundRobin(config)
  const nothing = AssignerProtocol.MemberAssignment.encode({
    version: 0,
    assignment: {},
    userData: Buffer.alloc(0),
  })
  return {
    ...shipped,
    name: 'ToOne',
    async assign(group) {
      const [first, ...others] = group.members.toSorted((a, b) =>
        a.memberId < b.memberId ? -1 : 1,
      )
      if (first === undefined) return []
      const all = await shipped.assign({ ...group, members: [first] })
      return [...all, ...others.map(({ memberId }) => ({ memberId, memberAssignment: nothing }))]
    },
  }
}

/** The usual assigner by another name: members of one group have one in common. */
function named(name: string): PartitionAssigner {
  return (config) => ({ ...wiredKafkajs().kafkajs.PartitionAssigners.roundRobin(config), name })
}

/** The batch that our wire codec made. */
export function fetchedBatchOf({ batch }: EachBatchPayload): FetchedBatch {
  const fetched: unknown = batch
  if (fetched instanceof wiredKafkajs().FetchedBatch) return fetched
  throw new KafkaError('unexpected', 'the wire codec is not in place')
}

/**
 * The client refuses such calls before it runs and while it starts again, so they are repeated
 * after joining.
 */
export function whileRunning(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (failureOf(error).name !== 'KafkaJSNonRetriableError') throw error
  }
}
