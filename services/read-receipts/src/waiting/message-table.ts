import { answerKey } from './answers.ts'
import { type KnownMessage, type OpenMessage } from './entry.ts'

/** What limits are for: those that are due of one number, all that wait, all that are done. */
type Kind = 'waiting' | 'done' | `due ${string}`

/** Messages by key, in the order in which they came to be what they are, and counts of them. */
export class MessageTable {
  readonly #byKey = new Map<string, KnownMessage>()
  /** Keys of messages that wait, by whose answer they wait for. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #counts = new Map<Kind, number>()

  get waitingCount(): number {
    return this.#counts.get('waiting') ?? 0
  }

  get dueCount(): number {
    const all = [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
    return all - this.waitingCount - (this.#counts.get('done') ?? 0)
  }

  dueCountOf(number: string): number {
    return this.#counts.get(`due ${number}`) ?? 0
  }

  get(key: string): KnownMessage | undefined {
    return this.#byKey.get(key)
  }

  entries(): Iterable<readonly [string, KnownMessage]> {
    return this.#byKey.entries()
  }

  values(): Iterable<KnownMessage> {
    return this.#byKey.values()
  }

  /** Keys of the messages that wait for this answer. */
  waitingFor(answer: string): Iterable<string> {
    return this.#waiting.get(answer) ?? []
  }

  /** By kind, by how many there are more than this share of what is allowed; below 1 it is less. */
  excess(
    limits: { readonly waitingMax: number; readonly doneMax: number; readonly dueMax: number },
    share: number,
  ): Map<Kind, number> {
    const maxOf = (kind: Kind): number => {
      if (kind === 'waiting') return limits.waitingMax
      return kind === 'done' ? limits.doneMax : limits.dueMax
    }
    const counts = [...this.#counts]
    return new Map(counts.map(([kind, count]) => [kind, count - maxOf(kind) * share]))
  }

  /** It is the last one then, also if it was there before. */
  put(key: string, message: KnownMessage): void {
    this.remove(key)
    this.#byKey.set(key, message)
    this.#count(message, 1)
    if (message.state !== 'waiting') return
    for (const answer of answersOf(message)) {
      const keys = this.#waiting.get(answer)
      if (keys === undefined) this.#waiting.set(answer, new Set([key]))
      else keys.add(key)
    }
  }

  remove(key: string): void {
    const message = this.#byKey.get(key)
    if (message === undefined) return
    this.#byKey.delete(key)
    this.#count(message, -1)
    if (message.state !== 'waiting') return
    for (const answer of answersOf(message)) {
      const keys = this.#waiting.get(answer)
      keys?.delete(key)
      if (keys?.size === 0) this.#waiting.delete(answer)
    }
  }

  #count(message: KnownMessage, change: 1 | -1): void {
    const kind = kindOf(message)
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + change)
  }
}

export function kindOf({ number, state }: KnownMessage): Kind {
  return state === 'due' ? `due ${number}` : state
}

function answersOf({ contacts, number }: OpenMessage): readonly string[] {
  return contacts.map((contact) => answerKey(number, contact))
}
