import { setTimeout as delay } from 'node:timers/promises'
import { failureOf, isGroupMoved, isOtherProtocol } from './kafka-error.ts'

/** What is used of consumer/consumerGroup.js. */
interface ConsumerGroup {
  readonly generationId?: number | null
  joinAndSync(): Promise<void>
  heartbeat(options: object): Promise<void>
  commitOffsets(offsets: unknown): Promise<void>
}

export interface MembershipClass {
  readonly prototype: ConsumerGroup
}

export interface FinalErrorClass {
  new (error: unknown, options: { readonly cause: unknown }): Error
}

/** How long joining is tried before the client starts its consumer again. */
const JOIN_MS_MAX = 30_000
const WAIT_MS_FIRST = 100
const WAIT_MS_MAX = 2_000
/** Until members of another version have left. */
const OTHER_PROTOCOL_WAIT_MS = 3_000
const UNREACHABLE_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])
const UNREACHABLE_TEXT = /connection timeout|no connection in time/i

/**
 * Amends consumer/consumerGroup.js. That file gives up a join that fails for a moment, for example
 * while the coordinator loads, and the client goes on fetching what it held before, without ever
 * being a member again. Here it tries until it has joined, and if that takes too long, the consumer
 * starts again. There is one join at a time; otherwise each fetch that meets another leader would
 * begin its own. A coordinator that cannot be reached is looked for again, instead of being called
 * for a minute. And once a commit or a heartbeat has learnt that the group has moved, each
 * heartbeat says so until the member has joined: by then the coordinator may know the member again,
 * while the reader has given up everything that it held.
 */
export function keepMembership<Class extends MembershipClass>(
  shipped: Class,
  FinalError: FinalErrorClass,
): Class {
  const group = shipped.prototype
  const { commitOffsets, heartbeat, joinAndSync } = group
  const joins = new WeakMap<ConsumerGroup, Promise<void>>()
  const moves = new WeakMap<ConsumerGroup, Error>()
  group.joinAndSync = function joinOnce() {
    const join =
      joins.get(this) ??
      untilJoined(() => joinAndSync.call(this), FinalError)
        .then(() => {
          moves.delete(this)
        })
        .finally(() => {
          joins.delete(this)
        })
    joins.set(this, join)
    return join
  }
  const moved = (member: ConsumerGroup, error: Error): void => {
    if (!joins.has(member) && isGroupMoved(failureOf(error))) moves.set(member, error)
  }
  group.commitOffsets = async function commitOrMove(offsets) {
    const { generationId } = this
    try {
      await commitOffsets.call(this, offsets)
    } catch (error) {
      // A request from before a join says nothing about the time after it.
      if (error instanceof Error && generationId === this.generationId) moved(this, error)
      throw error
    }
  }
  group.heartbeat = async function beatOrMove(options) {
    const move = moves.get(this)
    if (move !== undefined) throw move
    try {
      await heartbeat.call(this, options)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      // The client then takes the group to be elsewhere, and joins it there.
      if (isUnreachable(error)) Object.assign(error, { type: 'NOT_COORDINATOR_FOR_GROUP' })
      moved(this, error)
      throw error
    }
  }
  return shipped
}

async function untilJoined(join: () => Promise<void>, FinalError: FinalErrorClass): Promise<void> {
  const deadlineMs = performance.now() + JOIN_MS_MAX
  for (let waitMs = WAIT_MS_FIRST; ; waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
    try {
      return await join()
    } catch (error) {
      // The client takes it for a mistake; but members of another version leave.
      if (error instanceof Error && isOtherProtocol(failureOf(error))) {
        throw Object.assign(error, { retriable: true, retryTime: OTHER_PROTOCOL_WAIT_MS })
      }
      if (!isRetriable(error)) throw error
      if (performance.now() > deadlineMs) throw new FinalError(error, { cause: error })
    }
    await delay(waitMs, undefined, { ref: false })
  }
}

function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true
}

function isUnreachable(error: Error): boolean {
  if (error.name !== 'KafkaJSConnectionError') return false
  return (
    ('code' in error && UNREACHABLE_CODES.has(error.code)) || UNREACHABLE_TEXT.test(error.message)
  )
}
