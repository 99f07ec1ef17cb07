import { type MessageTimeline, type Rung } from '@wabastream/contracts'

const SENT_BIT = 1
const DELIVERED_BIT = 2
const READ_BIT = 4
const PLAYED_BIT = 8

export function rungBit(rung: Rung): number {
  switch (rung) {
    case 'sent':
      return SENT_BIT
    case 'delivered':
      return DELIVERED_BIT
    case 'read':
      return READ_BIT
    case 'played':
      return PLAYED_BIT
  }
}

/** The rung that a status word names; undefined for any other word, because the set is open. */
export function parseRung(word: string): Rung | undefined {
  switch (word) {
    case 'sent':
    case 'delivered':
    case 'read':
    case 'played':
      return word
    default:
      return undefined
  }
}

export function highestRung(rungs: number): Rung | null {
  if (rungs & PLAYED_BIT) return 'played'
  if (rungs & READ_BIT) return 'read'
  if (rungs & DELIVERED_BIT) return 'delivered'
  return rungs & SENT_BIT ? 'sent' : null
}

/** First provider time of the rung; null when it was not seen or had no time. */
export function rungTime(timeline: MessageTimeline, rung: Rung): number | null {
  switch (rung) {
    case 'sent':
      return timeline.sentAt
    case 'delivered':
      return timeline.deliveredAt
    case 'read':
      return timeline.readAt
    case 'played':
      return timeline.playedAt
  }
}

/**
 * What to show: the highest rung, but failed if nothing proves a delivery;
 * null when no status is known.
 */
export function currentStatus(timeline: Ladder): Rung | 'failed' | null {
  if (timeline.failed && timeline.rungs < DELIVERED_BIT) return 'failed'
  return highestRung(timeline.rungs)
}

/** A later rung alone proves delivered: while the chat is open, no delivered is sent. */
export function isDeliveredImplied({ rungs }: Pick<Ladder, 'rungs'>): boolean {
  return rungs >= READ_BIT && (rungs & DELIVERED_BIT) === 0
}

/** Both failed and at least delivered: the provider contradicts itself (several devices do). */
export function isConflict(timeline: Ladder): boolean {
  return timeline.failed && timeline.rungs >= DELIVERED_BIT
}

type Ladder = Pick<MessageTimeline, 'rungs' | 'failed'>
