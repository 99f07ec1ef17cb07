import { setTimeout as delay } from 'node:timers/promises'
import { type CommittedPosition, PartitionCountError } from '@wabastream/processing'
import type { ITopicConfig } from 'kafkajs'
import { type AdminAttempt, AdminSession } from './admin-session.ts'
import { type Connection } from '../connection/connection.ts'
import { failureOf, KafkaError, toKafkaError } from '../wire/kafka-error.ts'
import {
  commitForGroup,
  deleteBefore,
  END,
  type Offsets,
  readCommitted,
  readOffsets,
  START,
} from '../reader/topic-offsets.ts'
import {
  changeTopics,
  readBrokers,
  readTopicStates,
  type TopicChange,
  type TopicState,
} from './topic-states.ts'
import { type Cluster } from '../wire/internals.ts'

export interface TopicSpecification {
  readonly topic: string
  readonly partitions: number
  /** Once it exists, it may have any number of partitions, because nothing is bound to them. */
  readonly isResizable?: boolean
  readonly config?: Readonly<Record<string, string>>
  /** The broker's default if left out. */
  readonly replicationFactor?: number
}

export { type Offsets }

export interface KafkaAdmin {
  /**
   * Creates what is missing. Throws a PartitionCountError that names every topic that differs,
   * except those that may.
   */
  ensureTopics(topics: readonly TopicSpecification[]): Promise<void>
  /** Throws `unknown_topic` when one of them does not exist. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Those of the topics that exist, with their settings. */
  topicStates(topics: readonly string[]): Promise<readonly TopicState[]>
  changeTopics(changes: readonly TopicChange[]): Promise<void>
  /** How many brokers there are, and the settings of one. */
  brokers(): Promise<{ readonly count: number; readonly config: ReadonlyMap<string, string> }>
  /** The first offset held, by partition. */
  startOffsets(topic: string): Promise<Offsets>
  /** High watermark by partition: one past the last record. */
  endOffsets(topic: string): Promise<Offsets>
  /** Positions that a group committed; partitions without one are left out. */
  committedOffsets(groupId: string, topic: string): Promise<Offsets>
  /** The same with what was kept beside them. */
  committedPositions(groupId: string, topic: string): Promise<readonly CommittedPosition[]>
  /**
   * Offset of the first record at or after a time, by partition; the end if there is none. The
   * records' own timestamps count.
   */
  offsetsForTime(topic: string, timestampMs: number): Promise<Offsets>
  /**
   * Sets the position from which a group continues. Throws `stale_assignment` while the group has
   * members.
   */
  setOffsets(groupId: string, topic: string, offsets: Offsets): Promise<void>
  /** The same for positions of one topic, with what is to be kept beside them. */
  setPositions(groupId: string, positions: readonly CommittedPosition[]): Promise<void>
  /** The groups whose names begin like this. */
  groupIds(prefix: string): Promise<readonly string[]>
  /** Current number of members of a group; 0 also if there is no such group. */
  memberCount(groupId: string): Promise<number>
  /** Deletes records below the given offsets. */
  deleteRecords(topic: string, before: Offsets): Promise<void>
  /** Ignores topics that do not exist. Resolves with those that were deleted. */
  deleteTopics(topics: readonly string[]): Promise<readonly string[]>
  /** The same for groups. Throws if one of them has members. */
  deleteGroups(groupIds: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

const ATTEMPTS_MS_MAX = 15_000
const RETRY_MS = 200

/** Connects when first used. Calls repeat while the broker is away, then throw `unavailable`. */
export class LazyAdmin implements KafkaAdmin {
  readonly #open: () => Connection
  #session: AdminSession | undefined

  constructor(open: () => Connection) {
    this.#open = open
  }

  async ensureTopics(topics: readonly TopicSpecification[]): Promise<void> {
    const found = await this.#call('listing topics', (admin) => admin.listTopics())
    const missing = topics.filter(({ topic }) => !found.includes(topic)).map(toTopicConfig)
    if (missing.length > 0) {
      await this.#call('creating topics', (admin) =>
        admin.createTopics({ topics: missing, waitForLeaders: true }),
      )
    }
    const counts = await this.partitionCounts(topics.map(({ topic }) => topic))
    const wrong = topics.filter(
      ({ isResizable, partitions, topic }) =>
        isResizable !== true && counts.get(topic) !== partitions,
    )
    if (wrong.length === 0) return
    const list = wrong.map(
      ({ partitions, topic }) =>
        `${topic} has ${counts.get(topic)} partitions instead of ${partitions}`,
    )
    throw new PartitionCountError(list.join('; '))
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return await this.#call('reading topics', async (admin) => {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] })
      const counts = new Map(found.map(({ name, partitions }) => [name, partitions.length]))
      const unsaid = topics.find((topic) => (counts.get(topic) ?? 0) === 0)
      if (unsaid === undefined) return counts
      throw new KafkaError('unavailable', `no partitions of ${unsaid} are known yet`)
    })
  }

  async topicStates(topics: readonly string[]): Promise<readonly TopicState[]> {
    return await this.#call('reading topics', (admin) => readTopicStates(admin, topics))
  }

  async changeTopics(changes: readonly TopicChange[]): Promise<void> {
    if (changes.length === 0) return
    await this.#call('changing topics', (admin) => changeTopics(admin, changes))
  }

  async brokers(): ReturnType<KafkaAdmin['brokers']> {
    return await this.#call('reading brokers', readBrokers)
  }

  async startOffsets(topic: string): Promise<Offsets> {
    return await this.#ask('reading start offsets', (cluster) => readOffsets(cluster, topic, START))
  }

  async endOffsets(topic: string): Promise<Offsets> {
    return await this.#ask('reading end offsets', (cluster) => readOffsets(cluster, topic, END))
  }

  async committedOffsets(groupId: string, topic: string): Promise<Offsets> {
    const committed = await this.committedPositions(groupId, topic)
    return new Map(committed.map(({ offset, partition }) => [partition, offset]))
  }

  async committedPositions(groupId: string, topic: string): Promise<readonly CommittedPosition[]> {
    const committed = await this.#ask('reading committed offsets', (cluster) =>
      readCommitted(cluster, groupId, topic),
    )
    return [...committed.values()].filter(({ offset }) => offset >= 0)
  }

  async offsetsForTime(topic: string, timestampMs: number): Promise<Offsets> {
    return await this.#ask('finding offsets of a time', async (cluster) => {
      const ends = await readOffsets(cluster, topic, END)
      const found = await readOffsets(cluster, topic, timestampMs)
      return new Map(
        [...ends].map(([partition, end]) => {
          const offset = found.get(partition) ?? -1
          return [partition, offset < 0 ? end : offset]
        }),
      )
    })
  }

  async setOffsets(groupId: string, topic: string, offsets: Offsets): Promise<void> {
    const positions = [...offsets].map(([partition, offset]) => ({ topic, partition, offset }))
    await this.setPositions(groupId, positions)
  }

  async setPositions(groupId: string, positions: readonly CommittedPosition[]): Promise<void> {
    const [first] = positions
    if (first === undefined) return
    await this.#ask('setting offsets', (cluster) =>
      commitForGroup(cluster, groupId, first.topic, positions),
    )
  }

  async groupIds(prefix: string): Promise<readonly string[]> {
    const { groups } = await this.#call('listing groups', (admin) => admin.listGroups())
    return groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix))
  }

  async memberCount(groupId: string): Promise<number> {
    const { groups } = await this.#call('describing a group', (admin) =>
      admin.describeGroups([groupId]),
    )
    return groups.reduce((sum, { members }) => sum + members.length, 0)
  }

  async deleteRecords(topic: string, before: Offsets): Promise<void> {
    await this.#ask('deleting records', (cluster) => deleteBefore(cluster, topic, before))
  }

  async deleteTopics(topics: readonly string[]): Promise<readonly string[]> {
    const all = await this.#call('listing topics', (admin) => admin.listTopics())
    const found = topics.filter((topic) => all.includes(topic))
    if (found.length > 0) {
      await this.#call('deleting topics', (admin) => admin.deleteTopics({ topics: found }))
    }
    return found
  }

  async deleteGroups(groupIds: readonly string[]): Promise<readonly string[]> {
    const { groups } = await this.#call('listing groups', (admin) => admin.listGroups())
    const all = new Set(groups.map(({ groupId }) => groupId))
    const found = groupIds.filter((groupId) => all.has(groupId))
    for (const groupId of found) {
      const members = await this.memberCount(groupId)
      if (members > 0) throw new KafkaError('unexpected', `${groupId} has ${members} members`)
    }
    if (found.length > 0) {
      await this.#call('deleting groups', (admin) => admin.deleteGroups(found))
    }
    return found
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.end(new KafkaError('closed', 'the admin is closed'))
  }

  async #ask<T>(doing: string, question: (cluster: Cluster) => Promise<T>): Promise<T> {
    return await this.#call(doing, (_, fetcher) => fetcher.ask(question))
  }

  async #call<T>(doing: string, attempt: AdminAttempt<T>): Promise<T> {
    const deadline = performance.now() + ATTEMPTS_MS_MAX
    for (;;) {
      this.#session ??= new AdminSession(this.#open)
      const session = this.#session
      try {
        return await session.run(attempt)
      } catch (error) {
        const failure = isPassing(error)
          ? new KafkaError('unavailable', `${doing}: ${failureOf(error).message}`, error)
          : toKafkaError(error, doing)
        // The client asks at once for all topics that it has ever met, so a deleted one fails every
        // call.
        if (failure.isRetryable) await this.#giveUp(session)
        if (!failure.isRetryable || performance.now() > deadline) throw failure
        // Some brokers do not know a new topic for a moment, but only for a moment.
        if (failure.code === 'unknown_topic' && performance.now() > deadline - UNKNOWN_MS) {
          throw failure
        }
        await delay(RETRY_MS)
      }
    }
  }

  /** Another call may already have begun a new one. */
  async #giveUp(session: AdminSession): Promise<void> {
    if (this.#session === session) this.#session = undefined
    await session.end(new KafkaError('unavailable', 'another call failed on this connection'))
  }
}

/**
 * A topic that is unknown for all attempts up to this time before their end is taken to be unknown.
 */
const UNKNOWN_MS = ATTEMPTS_MS_MAX - 2_000

/**
 * What the client throws while none of its connections is up: it reads an answer that it did not
 * get, or looks for a request among the versions of a broker that it has not asked yet. And the
 * answer of a group's coordinator that has moved, or is not there yet: then the coordinator is
 * looked for again.
 */
function isPassing(error: unknown): boolean {
  const { message, name, type } = failureOf(error)
  return (
    type === 'NOT_COORDINATOR_FOR_GROUP' ||
    name === 'KafkaJSServerDoesNotSupportApiKey' ||
    (name === 'TypeError' && /topicMetadata/.test(message))
  )
}

function toTopicConfig(specification: TopicSpecification): ITopicConfig {
  const { config = {}, partitions, replicationFactor = -1, topic } = specification
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  return { topic, numPartitions: partitions, replicationFactor, configEntries }
}
