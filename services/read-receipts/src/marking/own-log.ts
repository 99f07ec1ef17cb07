import { INTERNAL_CHANNEL, INTERNAL_DIALECT, rawHeaders } from '@wabastream/contracts'
import { type ChainedProducer } from '@wabastream/processing'
import { type MarkedRead, toOwnBody } from '@wabastream/whatsapp'
import { uuidv7 } from 'uuidv7'

/** Marks that one record holds: what comes while a request is under way goes with the next one. */
const MARKS_MAX = 200

/** Who made the record, where others say how the origin was proved. */
const VERIFICATION = 'internal:read-receipts'

interface Pending {
  readonly mark: MarkedRead
  readonly isVoid: () => boolean
  readonly done: PromiseWithResolvers<boolean>
}

/** Appends what we did to the raw topic, as an internal channel. */
export class OwnLog {
  readonly #producer: Pick<ChainedProducer, 'send'>
  readonly #topic: string
  readonly #partitions: number
  readonly #pending: Pending[] = []
  #isSending = false
  #next = 0

  constructor(options: {
    readonly producer: Pick<ChainedProducer, 'send'>
    readonly topic: string
    readonly partitions: number
  }) {
    this.#producer = options.producer
    this.#topic = options.topic
    this.#partitions = options.partitions
  }

  /**
   * True once it is durable. False, and it is not appended, if it `isVoid` when its turn comes:
   * while it waited, another process may have marked the message as well, and recorded that.
   */
  append(mark: MarkedRead, isVoid: () => boolean): Promise<boolean> {
    const done = Promise.withResolvers<boolean>()
    this.#pending.push({ mark, isVoid, done })
    if (!this.#isSending) void this.#send()
    return done.promise
  }

  async #send(): Promise<void> {
    this.#isSending = true
    while (this.#pending.length > 0) {
      const taken = this.#pending.splice(0, MARKS_MAX)
      const batch = taken.filter(({ done, isVoid }) => {
        const isLeftOut = isVoid()
        if (isLeftOut) done.resolve(false)
        return !isLeftOut
      })
      if (batch.length === 0) continue
      try {
        await this.#producer.send(
          { topic: this.#topic, partition: this.#next % this.#partitions },
          [toRecord(batch.map(({ mark }) => mark))],
        )
        this.#next += 1
        for (const { done } of batch) done.resolve(true)
      } catch (error) {
        for (const { done } of batch) done.reject(error)
      }
    }
    this.#isSending = false
  }
}

function toRecord(marks: readonly MarkedRead[]) {
  return {
    key: null,
    value: toOwnBody(marks),
    headers: {
      [rawHeaders.receiptId]: uuidv7(),
      [rawHeaders.receivedAt]: String(Date.now()),
      [rawHeaders.channel]: INTERNAL_CHANNEL,
      [rawHeaders.dialect]: INTERNAL_DIALECT,
      [rawHeaders.verification]: VERIFICATION,
      [rawHeaders.contentType]: 'application/json',
    },
  }
}
