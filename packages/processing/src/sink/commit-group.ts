import { setTimeout as delay } from 'node:timers/promises'
import { type Position } from '../ports/record.ts'

/** Resolves once the position is committed; rejects if it is not, or `signal` was aborted before. */
export type CommitPosition = (position: Position, signal: AbortSignal) => Promise<void>

interface Member {
  readonly position: Position
  readonly signal: AbortSignal
  readonly done: PromiseWithResolvers<void>
}

/** Lanes that left together arrive a little apart: each waits for the tables of its own rows. */
const LINGER_MS = 20

/**
 * Commits the positions of several partitions in one request. If it fails, each goes alone, so that
 * a partition that can't be committed does not hold up the others.
 */
export function createCommitGroup(
  commit: (positions: readonly Position[]) => Promise<void>,
): CommitPosition {
  let waiting: Member[] = []
  let isSending = false

  async function sendWaiting(): Promise<void> {
    while (waiting.length > 0) {
      await delay(LINGER_MS)
      const group = waiting
      waiting = []
      await sendGroup(commit, group)
    }
    isSending = false
  }

  return function commitGrouped(position, signal) {
    const member = { position, signal, done: Promise.withResolvers<void>() }
    waiting.push(member)
    if (!isSending) {
      isSending = true
      void sendWaiting()
    }
    return member.done.promise
  }
}

/** Never rejects: each member learns its own outcome. */
async function sendGroup(
  commit: (positions: readonly Position[]) => Promise<void>,
  group: readonly Member[],
): Promise<void> {
  for (const { done, signal } of group) if (signal.aborted) done.reject(signal.reason)
  const left = group.filter(({ signal }) => !signal.aborted)
  if (left.length === 0) return
  try {
    await commit(left.map(({ position }) => position))
    for (const { done } of left) done.resolve()
  } catch (error) {
    if (left.length > 1) await Promise.all(left.map((member) => sendGroup(commit, [member])))
    else for (const { done } of left) done.reject(error)
  }
}
