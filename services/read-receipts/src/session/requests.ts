import {
  type ReadRequest,
  readRequestKey,
  type ReadRequestOutcome,
  toReadRequestRecord,
} from '@wabastream/contracts'
import { type MessageName } from '../facts/facts.ts'
import { type OpenMessage } from '../waiting/entry.ts'

/** Whoever asked has read the answer by then. */
const ANSWER_KEPT_MS = 3_600_000

/** Requests that are under way, and answers that somebody may still read. */
export class Requests {
  readonly #open = new Map<string, ReadRequest>()
  readonly #answeredAt = new Map<string, number>()
  #changes = new Map<string, Buffer | null>()

  add(request: ReadRequest): void {
    this.#open.set(readRequestKey(request), request)
  }

  /** Of what was due already when somebody asked for it, only the request says so. */
  askedBy(message: OpenMessage): OpenMessage['askedBy'] {
    return this.#open.has(readRequestKey(message)) ? 'on_request' : message.askedBy
  }

  /** Remembers that there is an answer. */
  load(key: string, answeredAt: number): void {
    this.#answeredAt.set(key, answeredAt)
  }

  /** Says what became of a message to whoever asked for it, if anybody did. */
  answer(name: MessageName, outcome: ReadRequestOutcome, nowMs: number): void {
    const key = readRequestKey(name)
    if (!this.#open.delete(key)) return
    this.#answeredAt.set(key, nowMs)
    const answered = { state: 'answered', outcome, answeredAt: nowMs } as const
    this.#changes.set(key, toReadRequestRecord(name, answered).value)
  }

  /** For where it is only known which messages are left. */
  answerWhereNot(
    isLeft: (name: MessageName) => boolean,
    outcome: ReadRequestOutcome,
    nowMs: number,
  ): void {
    for (const request of this.#open.values()) {
      if (!isLeft(request)) this.answer(request, outcome, nowMs)
    }
  }

  expire(nowMs: number): void {
    for (const [key, answeredAt] of this.#answeredAt) {
      if (nowMs - answeredAt <= ANSWER_KEPT_MS) continue
      this.#answeredAt.delete(key)
      this.#changes.set(key, null)
    }
  }

  /** Records to keep since the last call; null deletes. */
  takeChanges(): ReadonlyMap<string, Buffer | null> {
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }
}
