import { type ReadRequest } from '@wabastream/contracts'
import { type Answered, type Fact, type MessageName, type Received } from '../facts/facts.ts'
import { answerKey, Answers } from './answers.ts'
import {
  type KnownMessage,
  messageKey,
  type OpenMessage,
  parseStoredMessage,
  toStoredMessage,
} from './entry.ts'

export interface WaitingListOptions {
  /** Age (ms) from which on a message is not marked. */
  readonly withinMs: number
  /** Messages that wait for an answer; the oldest of more are let go. */
  readonly waitingMax: number
  /** Messages that are done with and remembered. */
  readonly doneMax: number
}

interface Counts {
  due: number
  waiting: number
  oldestDueAtMs: number | null
}

/** The provider sends a webhook again for hours, not for days, where it was answered late. */
const DONE_KEPT_MS = 86_400_000

/**
 * Which messages are to be marked, which wait for an answer, and which are done with. It does
 * nothing itself: `takeChanges` gives the records that keep it, `takeDue` what to mark now.
 * Neither the order in which facts come nor their repetition changes what is marked.
 */
export class WaitingList {
  readonly #options: WaitingListOptions
  readonly #messages = new Map<string, KnownMessage>()
  /** Keys of messages that wait, by whose answer they wait for. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #answers = new Answers()
  #changes = new Map<string, Buffer | null>()
  #due = new Set<string>()
  #waitingCount = 0
  #dueCount = 0
  #doneCount = 0

  constructor(options: WaitingListOptions) {
    this.#options = options
  }

  get waitingCount(): number {
    return this.#waitingCount
  }

  get dueCount(): number {
    return this.#dueCount
  }

  /** Takes one record that was kept; a later one of its key replaces it. */
  load(key: string, value: string | null): void {
    if (value === null) {
      this.#remove(key)
      return
    }
    const message = parseStoredMessage(key, value)
    if (message !== undefined) {
      // What was marked stays so, whatever a process wrote that had lost the partitions.
      if (message.state === 'done' || !this.isMarked(message)) this.#put(key, message)
    } else this.#answers.load(key, parse(value))
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

  isDue(name: MessageName): boolean {
    return this.#messages.get(messageKey(name))?.state === 'due'
  }

  isMarked(name: MessageName): boolean {
    const known = this.#messages.get(messageKey(name))
    return known?.state === 'done' && !known.isRefused
  }

  isTooOld({ receivedAt }: { readonly receivedAt: number }, nowMs: number): boolean {
    return nowMs - receivedAt > this.#options.withinMs
  }

  /** Somebody asked for it. Nothing changes for one that is marked. */
  request({ channel, messageId, number, place, receivedAt }: ReadRequest): void {
    const known = this.#messages.get(messageKey({ messageId, number }))
    if (known?.state === 'due' || this.isMarked({ messageId, number })) return
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

  /** By number: how many are due and wait, and when the oldest due one was received. */
  counts(): ReadonlyMap<string, Counts> {
    const counts = new Map<string, Counts>()
    for (const message of this.#messages.values()) {
      if (message.state === 'done') continue
      const of = counts.get(message.number) ?? { due: 0, waiting: 0, oldestDueAtMs: null }
      of[message.state] += 1
      if (message.state === 'due') {
        of.oldestDueAtMs = Math.min(of.oldestDueAtMs ?? Infinity, message.receivedAt)
      }
      counts.set(message.number, of)
    }
    return counts
  }

  /** Lets go what is too old or too much; returns the messages that are not marked any more. */
  expire(nowMs: number): readonly OpenMessage[] {
    for (const key of this.#answers.expire(nowMs)) this.#changes.set(key, null)
    const lost: OpenMessage[] = []
    let tooManyWaiting = this.#waitingCount - this.#options.waitingMax
    let tooManyDone = this.#doneCount - this.#options.doneMax
    // In the order in which they came to be what they are.
    for (const [key, message] of this.#messages) {
      if (message.state === 'done') {
        const isOver = nowMs - message.doneAtMs > DONE_KEPT_MS || tooManyDone > 0
        if (!isOver) continue
        tooManyDone -= 1
      } else {
        const isTooMany = message.state === 'waiting' && tooManyWaiting > 0
        if (!isTooMany && !this.isTooOld(message, nowMs)) continue
        if (isTooMany) tooManyWaiting -= 1
        lost.push(message)
      }
      this.#remove(key)
      this.#changes.set(key, null)
    }
    return lost
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
    if (this.#messages.has(messageKey(fact)) || this.isTooOld(fact, nowMs)) return
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
      for (const waiting of this.#waiting.get(key) ?? []) {
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

  #put(key: string, message: KnownMessage): void {
    this.#remove(key)
    this.#messages.set(key, message)
    if (message.state === 'done') this.#doneCount += 1
    if (message.state === 'due') {
      this.#dueCount += 1
      this.#due.add(key)
    }
    if (message.state !== 'waiting') return
    this.#waitingCount += 1
    for (const place of this.#placesOf(message)) {
      const keys = this.#waiting.get(place)
      if (keys === undefined) this.#waiting.set(place, new Set([key]))
      else keys.add(key)
    }
  }

  #remove(key: string): void {
    const message = this.#messages.get(key)
    if (message === undefined) return
    this.#messages.delete(key)
    if (message.state === 'done') this.#doneCount -= 1
    if (message.state === 'due') {
      this.#dueCount -= 1
      this.#due.delete(key)
    }
    if (message.state !== 'waiting') return
    this.#waitingCount -= 1
    for (const place of this.#placesOf(message)) {
      const keys = this.#waiting.get(place)
      keys?.delete(key)
      if (keys?.size === 0) this.#waiting.delete(place)
    }
  }

  #placesOf({ contacts, number }: OpenMessage): readonly string[] {
    return contacts.map((contact) => answerKey(number, contact))
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
