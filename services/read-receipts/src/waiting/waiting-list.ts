import { type ReadRequest } from '@wabastream/contracts'
import { type Answered, type Fact, type MessageName, type Received } from '../facts/facts.ts'
import { answerKey, Answers } from './answers.ts'
import {
  type KnownMessage,
  messageKey,
  type OpenMessage,
  parseMessageKey,
  parseStored,
  parseStoredMessage,
  toStoredMessage,
} from './entry.ts'
import { kindOf, MessageTable } from './message-table.ts'
import { type Expired, type WaitingListOptions } from './waiting-list-options.ts'

/**
 * Providers send a webhook again for up to seven days. What is known by then costs memory, and a
 * mark that is made once more changes nothing for the customer.
 */
const DONE_KEPT_MS = 86_400_000
/** Share of what is allowed at which the oldest are let go at once, to look for them seldom. */
const OVERFULL = 1.1

/**
 * Which messages are to be marked, which wait for an answer, and which are done with. It does
 * nothing itself: `takeChanges` gives the records that keep it, `takeDue` what to mark now.
 * Neither the order in which facts come nor their repetition changes what is marked.
 */
export class WaitingList {
  readonly #options: WaitingListOptions
  readonly #messages: MessageTable
  readonly #answers: Answers
  #changes = new Map<string, Buffer | null>()
  #due = new Set<string>()

  constructor(options: WaitingListOptions) {
    this.#options = options
    this.#messages = new MessageTable(options)
    this.#answers = new Answers(options.answersMax)
  }

  get waitingCount(): number {
    return this.#messages.waitingCount
  }

  get dueCount(): number {
    return this.#messages.dueCount
  }

  spilledCountOf(number: string): number {
    return this.#messages.spilledCountOf(number)
  }

  /** Numbers that have spilled messages, and room for many of them. */
  drainedNumbers(): readonly string[] {
    return this.#messages.drainedNumbers()
  }

  /** How many more due messages of the number can be held in memory. */
  roomOf(number: string): number {
    return this.#messages.roomOf(number)
  }

  /** There is so much that it can't wait for the next time at which things expire. */
  get isOverfull(): boolean {
    const { answersMax } = this.#options
    const excess = [...this.#messages.excess(this.#options, OVERFULL).values()]
    return excess.some((count) => count > 0) || this.#answers.count > answersMax * OVERFULL
  }

  /** Takes one record that was kept, the last of its key. Returns its number if it is spilled. */
  load(key: string, value: string | null): string | undefined {
    const name = value === null ? parseMessageKey(key) : undefined
    if (name !== undefined) this.#remove(key, name.number)
    if (value === null) return undefined
    const message = parseStoredMessage(key, value)
    if (message === undefined) this.#answers.load(key, parseStored(value))
    // What was marked stays so, whatever a process wrote that had lost the partitions.
    else if (message.state !== 'done' && this.isMarked(message)) return undefined
    else if (!this.#put(key, message)) return message.number
    return undefined
  }

  /** One that was spilled, as it was kept; undefined where it is none. */
  readSpilled(key: string, value: string): OpenMessage | undefined {
    const message = parseStoredMessage(key, value)
    return message?.state === 'due' && this.isSpilled(message) ? message : undefined
  }

  /** Takes back one that was spilled. */
  recall(message: OpenMessage): void {
    this.#messages.hold(messageKey(message), message)
    this.#due.add(messageKey(message))
  }

  apply(fact: Fact, nowMs: number): void {
    switch (fact.kind) {
      case 'received':
        return this.#receive(fact, nowMs)
      case 'answered':
        return this.#answer(fact, nowMs)
      case 'marked':
        if (!this.isMarked(fact)) this.finish(fact, { nowMs, isRefused: false })
    }
  }

  /** Held in memory, and not only spilled. */
  isDue(name: MessageName): boolean {
    return this.#messages.get(messageKey(name))?.state === 'due'
  }

  isSpilled(name: MessageName): boolean {
    return this.#messages.isSpilled(name.number, messageKey(name))
  }

  isMarked(name: MessageName): boolean {
    const known = this.#messages.get(messageKey(name))
    return known?.state === 'done' && !known.isRefused
  }

  /** Providers count from when it was written, which may be long before we heard of it. */
  isTooOld(
    { atMs, receivedAt }: { readonly atMs?: number; readonly receivedAt: number },
    nowMs: number,
  ): boolean {
    return nowMs - Math.min(atMs ?? receivedAt, receivedAt) > this.#options.withinMs
  }

  /** Somebody asked for it. Nothing changes for one that is marked. */
  request({ channel, messageId, number, place, receivedAt }: ReadRequest): void {
    const known = this.#messages.get(messageKey({ messageId, number }))
    if (known?.state === 'due' || this.isMarked({ messageId, number })) return
    if (this.isSpilled({ messageId, number })) return
    const open = known?.state === 'waiting' ? known : { atMs: receivedAt, place, contacts: [] }
    const asked = { number, messageId, channel, receivedAt }
    this.#change({ ...asked, ...open, state: 'due', askedBy: 'on_request' })
  }

  /** It was marked, or given up. */
  finish(
    { messageId, number }: MessageName,
    { isRefused, nowMs }: { readonly nowMs: number; readonly isRefused: boolean },
  ): void {
    this.#change({ number, messageId, state: 'done', doneAtMs: nowMs, isRefused })
  }

  /** All that it knows, in the order in which they came to be what they are. */
  messages(): Iterable<KnownMessage> {
    return this.#messages.values()
  }

  /** Those that wait, and those that are due and held. */
  openMessages(): readonly OpenMessage[] {
    return [...this.messages()].flatMap((one) => (one.state === 'done' ? [] : [one]))
  }

  /** Lets go what is too old or too much. */
  expire(nowMs: number): Expired {
    const forgotten = this.#answers.expire(nowMs)
    for (const key of forgotten.keys) this.#changes.set(key, null)
    const excess = this.#messages.excess(this.#options, 1)
    const lost: Record<'tooOld' | 'tooMany', OpenMessage[]> = { tooOld: [], tooMany: [] }
    for (const [key, message] of this.#messages.entries()) {
      const kind = kindOf(message)
      const isTooMany = (excess.get(kind) ?? 0) > 0
      const isOld = this.#isOver(message, nowMs)
      if (!isOld && !isTooMany) continue
      excess.set(kind, (excess.get(kind) ?? 0) - 1)
      if (message.state !== 'done') lost[isOld ? 'tooOld' : 'tooMany'].push(message)
      this.#delete(key, message.number)
    }
    const spilledTooMany = this.#messages.takeLetGo()
    return { ...lost, spilledTooMany, answersForgotten: forgotten.tooMany }
  }

  /** Lets it go: it is not to be marked. */
  drop(message: OpenMessage): void {
    this.#delete(messageKey(message), message.number)
  }

  /** The last record of each key that changed since the last call; null deletes. */
  takeChanges(): ReadonlyMap<string, Buffer | null> {
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }

  /** What became due since the last call. */
  takeDue(): readonly OpenMessage[] {
    const due = [...this.#due].flatMap((key) => {
      const message = this.#messages.get(key)
      return message?.state === 'due' ? [message] : []
    })
    this.#due = new Set()
    return due
  }

  #receive(fact: Received, nowMs: number): void {
    const { kind: _, policy, ...message } = fact
    const isKnown = this.#messages.get(messageKey(fact)) !== undefined || this.isSpilled(fact)
    if (isKnown || this.isTooOld(fact, nowMs)) return
    const isAnswered = fact.contacts.some((contact) =>
      this.#answers.isAnswered(answerKey(fact.number, contact), fact.atMs),
    )
    const isDue = policy === 'on_receipt' || isAnswered
    this.#change({ ...message, askedBy: policy, state: isDue ? 'due' : 'waiting' })
  }

  #answer({ atMs, contacts, number }: Answered, nowMs: number): void {
    for (const contact of contacts) {
      const key = answerKey(number, contact)
      const kept = this.#answers.add(key, { atMs, nowMs })
      if (kept === undefined) continue
      this.#changes.set(key, kept)
      for (const waiting of this.#messages.waitingFor(key)) {
        const message = this.#messages.get(waiting)
        if (message?.state !== 'waiting' || message.atMs > atMs) continue
        this.#change({ ...message, state: 'due' })
      }
    }
  }

  #change(message: KnownMessage): void {
    const key = messageKey(message)
    this.#put(key, message)
    this.#changes.set(key, toStoredMessage(message))
  }

  #put(key: string, message: KnownMessage): boolean {
    const isHeld = this.#messages.put(key, message)
    if (message.state === 'due' && isHeld) this.#due.add(key)
    else this.#due.delete(key)
    return isHeld
  }

  #remove(key: string, number: string): void {
    this.#messages.remove(key, number)
    this.#due.delete(key)
  }

  #delete(key: string, number: string): void {
    this.#remove(key, number)
    this.#changes.set(key, null)
  }

  #isOver(message: KnownMessage, nowMs: number): boolean {
    if (message.state !== 'done') return this.isTooOld(message, nowMs)
    return nowMs - message.doneAtMs > DONE_KEPT_MS
  }
}
