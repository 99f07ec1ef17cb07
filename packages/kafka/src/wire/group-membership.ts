import { setTimeout as delay } from 'node:timers/promises'

/** What is used of consumer/consumerGroup.js. */
interface ConsumerGroup {
  joinAndSync(): Promise<void>
  heartbeat(options: object): Promise<void>
}

export interface MembershipClass {
  readonly prototype: ConsumerGroup
}

export interface FinalErrorClass {
  new (error: unknown, options: { readonly cause: unknown }): Error
}

/** How long joining is tried before the client starts its consumer anew. */
const JOIN_MS_MAX = 30_000
const WAIT_MS_FIRST = 100
const WAIT_MS_MAX = 2_000
const UNREACHABLE_CODES: ReadonlySet<unknown> =
  new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])
const UNREACHABLE_TEXT = /connection timeout|no connection in time/i

/**
 * Amends consumer/consumerGroup.js. A join that fails for a moment, while the coordinator loads,
 * say, is given up there, and the client goes on fetching what it held before, without ever being a
 * member again. Here it joins until it has, and where that takes too long the consumer starts anew.
 * One join at a time: each fetch that meets another leader would begin its own. And a coordinator
 * that cannot be reached is looked for again, instead of being called for a minute.
 */
export function keepMembership<Class extends MembershipClass>(
  shipped: Class, FinalError: FinalErrorClass,
): Class {
  const group = shipped.prototype
  const { heartbeat, joinAndSync } = group
  const joins = new WeakMap<ConsumerGroup, Promise<void>>()
  group.joinAndSync = function joinOnce() {
    const join = joins.get(this) ?? untilJoined(() => joinAndSync.call(this), FinalError)
      .finally(() => { joins.delete(this) })
    joins.set(this, join)
    return join
  }
  group.heartbeat = async function beatOrMove(options) {
    try {
      await heartbeat.call(this, options)
    } catch (error) {
      // The client takes that for a group which is elsewhere, and joins it there.
      throw isUnreachable(error) ? Object.assign(error, { type: 'NOT_COORDINATOR_FOR_GROUP' }) : error
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
      if (!isRetriable(error)) throw error
      if (performance.now() > deadlineMs) throw new FinalError(error, { cause: error })
    }
    await delay(waitMs, undefined, { ref: false })
  }
}

function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true
}

function isUnreachable(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name !== 'KafkaJSConnectionError') return false
  return ('code' in error && UNREACHABLE_CODES.has(error.code)) || UNREACHABLE_TEXT.test(error.message)
}
