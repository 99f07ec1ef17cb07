import { type ReadRequest } from '@wabastream/contracts'
import { type RecordBatch } from '@wabastream/processing'
import { type ProviderError } from '@wabastream/provider'
import { type Fact, toFacts } from '../facts/facts.ts'
import { type NumberLane } from '../marking/number-lane.ts'
import { isAllowed } from '../policies/is-allowed.ts'
import { type OpenMessage } from '../waiting/entry.ts'
import { type WaitingList } from '../waiting/waiting-list.ts'
import { letGo } from './let-go.ts'
import { Recall } from './recall.ts'
import { Requests } from './requests.ts'
import { type SessionOptions } from './session-options.ts'

/** Offsets by raw partition. */
export type Offsets = ReadonlyMap<number, number>

/**
 * What one process does from the moment at which it has all partitions until it gives them back.
 * It marks nothing before it has read up to where the topic ended when it began: what a former
 * process did stands there.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #lanes: ReadonlyMap<string, NumberLane>
  readonly #recall: Recall
  readonly #requests = new Requests()
  readonly #behind = new Map<number, number>()
  readonly #work = new Set<Promise<void>>()
  #begunAtMs = 0
  #isOpen = false
  #isClosed = false

  constructor(options: SessionOptions) {
    this.#options = options
    this.#lanes = options.openLanes({
      isWanted: (message) => this.#isWanted(message),
      onMarked: (message, markedAt) => this.#run(() => this.#marked(message, markedAt)),
      onRefused: (message, error, tries) => this.#run(() => this.#refused(message, error, tries)),
    })
    const { kept, list } = options
    this.#recall = new Recall({
      list,
      kept,
      lanes: [...this.#lanes.keys()],
      isAllowed: (message) => this.#isAllowed(message),
      onForbidden: (message) => this.#drop(message),
    })
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#options.isFrozen()
  }

  /** It still reads what a former process may have done. */
  get isCatchingUp(): boolean {
    return !this.#isOpen
  }

  get list(): WaitingList {
    return this.#options.list
  }

  isAway(number: string): boolean {
    return this.#lanes.get(number)?.isAway === true
  }

  /** Takes what was kept. */
  async load(): Promise<void> {
    const { kept, list } = this.#options
    await kept.load({
      onRecord: (key, value, offset) => {
        const spilledOf = list.load(key, value)
        if (spilledOf !== undefined) this.#recall.load(spilledOf, offset)
      },
      onRequest: (request) => this.#ask(request),
      onAnswered: (key, answeredAt) => this.#requests.load(key, answeredAt),
    })
    // A file of policies that allows less than before holds for what was kept as well.
    for (const one of list.openMessages()) if (!this.#isAllowed(one)) this.#drop(one)
  }

  /**
   * Reading begins at `positions`, and has caught up at `ends`. Policies cover what was received
   * since `begunAtMs`.
   */
  begin(given: {
    readonly begunAtMs: number
    readonly ends: Offsets
    readonly positions: Offsets
  }): void {
    this.#begunAtMs = given.begunAtMs
    for (const [partition, end] of given.ends) {
      if ((given.positions.get(partition) ?? 0) < end) this.#behind.set(partition, end)
    }
    if (this.#behind.size === 0) this.#open()
  }

  /** Resolves once everything that follows from the batch is durable; false if it is void. */
  async take(batch: RecordBatch, isStale: () => boolean): Promise<boolean> {
    const { policyOf } = this.#options
    for (const record of batch.records) {
      for (const fact of toFacts(record, batch, policyOf)) this.#apply(fact)
    }
    if (this.#options.list.isOverfull) this.#letGo()
    return !isStale() && (await this.#keepIfOpen()) && !isStale()
  }

  /** The batch's position is committed. */
  done({ nextOffset, partition }: RecordBatch): void {
    if (nextOffset >= (this.#behind.get(partition) ?? 0)) this.#behind.delete(partition)
    if (!this.#isOpen && this.#behind.size === 0) this.#open()
    this.#release()
  }

  /** Reads new requests, and what is due and was spilled where there is room again. */
  async poll(): Promise<void> {
    if (this.isClosed || !this.#isOpen) return
    await this.#options.kept.poll({ onRequest: (request) => this.#ask(request) })
    // Kept after each part: what it drops does not pile up.
    await this.#recall.run(() => this.#keepIfOpen())
    if (await this.#keepIfOpen()) this.#release()
  }

  async expire(): Promise<void> {
    this.#letGo()
    this.#requests.expire(this.#options.now())
    await this.#keep()
  }

  /** Lets what is under way end. */
  async finish(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.finish()))
    await Promise.all(this.#work)
    await this.#keepIfOpen()
  }

  /** Another process has the partitions now, or soon: nothing is sent or written any more. */
  close(): void {
    this.#isClosed = true
    for (const lane of this.#lanes.values()) lane.close()
  }

  #apply(fact: Fact): void {
    const { list, now, onOutcome } = this.#options
    if (fact.kind === 'received') {
      if (fact.receivedAt < this.#begunAtMs) return
      if (!this.#lanes.has(fact.number)) {
        onOutcome(fact, 'unknown_number')
        return
      }
    }
    list.apply(fact, now())
    // Of a former process that did not come so far as to say it.
    if (fact.kind === 'marked') this.#requests.answer(fact, 'marked', now())
  }

  #ask(request: ReadRequest): void {
    const { list, now, policyOf } = this.#options
    this.#requests.add(request)
    const answer = (outcome: Parameters<Requests['answer']>[1]): void =>
      this.#requests.answer(request, outcome, now())
    if (policyOf(request.channel) === 'never') answer('not_allowed')
    else if (!this.#lanes.has(request.number)) answer('unknown_number')
    else if (list.isMarked(request)) answer('already_marked')
    else if (list.isTooOld(request, now())) answer('too_old')
    else list.request(request)
  }

  #letGo(): void {
    if (!letGo(this.#options, this.#requests)) return
    for (const lane of this.#lanes.values()) lane.forget()
  }

  #drop(message: OpenMessage): void {
    const { list, now, onOutcome } = this.#options
    list.drop(message)
    onOutcome(message, 'not_allowed')
    this.#requests.answer(message, 'not_allowed', now())
  }

  #isAllowed(message: OpenMessage): boolean {
    const askedBy = this.#requests.askedBy(message)
    return isAllowed({ ...message, askedBy }, this.#options.policyOf)
  }

  #isWanted(message: OpenMessage): boolean {
    const { list, now } = this.#options
    if (this.isClosed || !list.isDue(message) || list.isTooOld(message, now())) return false
    return this.#isAllowed(message)
  }

  #open(): void {
    this.#isOpen = true
    for (const lane of this.#lanes.values()) lane.open()
    this.#release()
  }

  /** Gives what is due to its number; before the session is open, it only waits there. */
  #release(): void {
    if (!this.#isOpen) return
    for (const message of this.#options.list.takeDue())
      this.#lanes.get(message.number)?.add(message)
  }

  async #marked(message: OpenMessage, markedAt: number): Promise<void> {
    const { list, now, onMarked, onOutcome, own } = this.#options
    const { messageId, number, receivedAt } = message
    // Whoever has it now marks it once more, and records that.
    if (this.isClosed) return
    const mark = { number, messageId, markedAt, askedBy: this.#requests.askedBy(message) }
    if (!(await own.append(mark, () => this.isClosed))) return
    onOutcome(message, 'marked')
    onMarked(message, markedAt - receivedAt)
    // Its successor finds the record in the raw topic.
    if (this.isClosed) return
    if (!list.isMarked(message)) list.finish(message, { nowMs: now(), isRefused: false })
    this.#requests.answer(message, 'marked', now())
    await this.#keep()
  }

  async #refused(message: OpenMessage, error: ProviderError, tries: number): Promise<void> {
    const { list, now, onOutcome, sendLetter } = this.#options
    if (this.isClosed) return
    await sendLetter(message, error, tries)
    onOutcome(message, 'refused')
    if (this.isClosed) return
    list.finish(message, { nowMs: now(), isRefused: true })
    this.#requests.answer(message, 'refused', now())
    await this.#keep()
  }

  async #keep(): Promise<void> {
    const { kept, list } = this.#options
    await kept.write(new Map([...list.takeChanges(), ...this.#requests.takeChanges()]))
  }

  /** False once another process has the partitions. */
  async #keepIfOpen(): Promise<boolean> {
    if (!this.isClosed) await this.#keep()
    return !this.isClosed
  }

  #run(work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => {
      if (!this.#isClosed) this.#options.fail(error)
    })
    this.#work.add(running)
    void running.finally(() => this.#work.delete(running))
  }
}
