import { answerKey } from './answers.ts'
import { type KnownMessage, type OpenMessage } from './entry.ts'
import { SpilledMessages } from './spilled-messages.ts'

/** What is counted: those that are due of one number, all that wait, all that are done. */
type Kind = 'waiting' | 'done' | `due ${string}`

/** How many due messages are held in memory; the others are spilled, which loses none. */
export interface DueLimits {
  /** Of one number. */
  readonly heldMax: number
  /** Of all numbers. Once they are so many, each may have `heldShare` and no more. */
  readonly heldMaxOfAll: number
  readonly heldShare: number
  /** That are spilled, of all numbers; the oldest of more are let go. */
  readonly spilledMax: number
}

/**
 * Messages by key, in the order in which they came to be what they are, and counts of them. Due
 * messages for which there is no room are spilled: they lie in the topic alone, behind those that
 * are held, and are held once there is room.
 */
export class MessageTable {
  readonly #limits: DueLimits
  readonly #byKey = new Map<string, KnownMessage>()
  readonly #spilled: SpilledMessages
  /** Keys of messages that wait, by whose answer they wait for. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #counts = new Map<Kind, number>()
  #letGo = new Map<string, number>()

  constructor(limits: DueLimits) {
    this.#limits = limits
    this.#spilled = new SpilledMessages(limits.spilledMax)
  }

  get waitingCount(): number {
    return this.#counts.get('waiting') ?? 0
  }

  /** Of all numbers, with those that are spilled. */
  get dueCount(): number {
    return this.#heldCount + this.#spilled.count
  }

  get #heldCount(): number {
    return this.#byKey.size - this.waitingCount - (this.#counts.get('done') ?? 0)
  }

  spilledCountOf(number: string): number {
    return this.#spilled.countOf(number)
  }

  /** How many more due messages of a number can be held; 0 and less is none. */
  roomOf(number: string): number {
    return this.#heldMaxOf() - (this.#counts.get(`due ${number}`) ?? 0)
  }

  /** Numbers that have spilled messages, and hold so few that it pays to read for more. */
  drainedNumbers(): readonly string[] {
    return this.#spilled.numbers().filter((one) => this.roomOf(one) * 2 >= this.#heldMaxOf())
  }

  #heldMaxOf(): number {
    const { heldMax, heldMaxOfAll, heldShare } = this.#limits
    return this.#heldCount < heldMaxOfAll ? heldMax : Math.min(heldMax, heldShare)
  }

  get(key: string): KnownMessage | undefined {
    return this.#byKey.get(key)
  }

  isSpilled(number: string, key: string): boolean {
    return this.#spilled.has(number, key)
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

  /** How many more wait, and are done, than this share of what is allowed; negative if fewer. */
  excess(
    { doneMax, waitingMax }: { readonly waitingMax: number; readonly doneMax: number },
    share: number,
  ): Map<Kind, number> {
    return new Map<Kind, number>([
      ['waiting', this.waitingCount - waitingMax * share],
      ['done', (this.#counts.get('done') ?? 0) - doneMax * share],
    ])
  }

  /** How many spilled messages were let go since the last call, by number. */
  takeLetGo(): ReadonlyMap<string, number> {
    const letGo = this.#letGo
    this.#letGo = new Map()
    return letGo
  }

  /** It is the last one then, also if it was there before. False where it is spilled. */
  put(key: string, message: KnownMessage): boolean {
    const { number } = message
    if (message.state === 'due' && this.#mustSpill(key, number)) {
      this.#removeHeld(key)
      const { letGo, number: of } = this.#spilled.add(number, key)
      if (letGo > 0) this.#letGo.set(of, (this.#letGo.get(of) ?? 0) + letGo)
      return false
    }
    this.hold(key, message)
    return true
  }

  /** Puts it there whether or not there is room. */
  hold(key: string, message: KnownMessage): void {
    this.remove(key, message.number)
    this.#byKey.set(key, message)
    this.#count(message, 1)
    if (message.state !== 'waiting') return
    for (const answer of answersOf(message)) {
      const keys = this.#waiting.get(answer)
      if (keys === undefined) this.#waiting.set(answer, new Set([key]))
      else keys.add(key)
    }
  }

  remove(key: string, number: string): void {
    this.#spilled.delete(number, key)
    this.#removeHeld(key)
  }

  /** What comes after one that is spilled is spilled as well: they keep their order. */
  #mustSpill(key: string, number: string): boolean {
    if (this.#byKey.get(key)?.state === 'due') return false
    return this.#spilled.countOf(number) > 0 || this.roomOf(number) <= 0
  }

  #removeHeld(key: string): void {
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
