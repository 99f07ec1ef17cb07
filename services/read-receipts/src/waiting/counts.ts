import { type KnownMessage } from './entry.ts'

export interface Counts {
  readonly due: number
  readonly waiting: number
  /** When the oldest one was received that is due. */
  readonly oldestDueAtMs: number | null
}

const NONE: Counts = { due: 0, waiting: 0, oldestDueAtMs: null }

/** By number, of messages that are not done with. */
export function countByNumber(messages: Iterable<KnownMessage>): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const message of messages) {
    if (message.state === 'done') continue
    const of = counts.get(message.number) ?? NONE
    counts.set(
      message.number,
      message.state === 'waiting'
        ? { ...of, waiting: of.waiting + 1 }
        : {
            ...of,
            due: of.due + 1,
            oldestDueAtMs: Math.min(of.oldestDueAtMs ?? Infinity, message.receivedAt),
          },
    )
  }
  return counts
}
