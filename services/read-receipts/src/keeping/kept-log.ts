import {
  isReadRequestKey,
  parseReadRequest,
  READ_RECEIPTS_PARTITION,
  type ReadRequest,
} from '@wabastream/contracts'
import { type ChainedProducer, type PartitionReader } from '@wabastream/processing'
import { z } from 'zod'

const START_KEY = '["start"]'
const startSchema = z.object({
  atMs: z.number(),
  offsets: z.array(z.tuple([z.number(), z.number()])),
})

/** Where and when this all began: messages from before are never marked by a policy. */
export interface Start {
  readonly atMs: number
  /** By raw partition. */
  readonly offsets: ReadonlyMap<number, number>
}

export interface KeptHandlers {
  /** A record of messages or answers; null deletes it. */
  readonly onRecord: (key: string, value: string | null) => void
  readonly onRequest: (request: ReadRequest) => void
  /** What became of a request, and when; it is of no use for long. */
  readonly onAnswered: (key: string, answeredAt: number) => void
}

/** The compacted topic in which everything is kept that outlives this process. */
export class KeptLog {
  readonly #reader: PartitionReader
  readonly #producer: Pick<ChainedProducer, 'send'>
  readonly #place: { readonly topic: string; readonly partition: number }
  #next = 0
  #start: Start | undefined
  #written: Promise<unknown> = Promise.resolve()

  constructor(options: {
    readonly reader: PartitionReader
    readonly producer: Pick<ChainedProducer, 'send'>
    readonly topic: string
  }) {
    this.#reader = options.reader
    this.#producer = options.producer
    this.#place = { topic: options.topic, partition: READ_RECEIPTS_PARTITION }
  }

  get start(): Start | undefined {
    return this.#start
  }

  /** Reads everything. Of requests, what stands under their keys in the end. */
  async load(handlers: KeptHandlers): Promise<void> {
    const requests = new Map<string, string | null>()
    this.#next = 0
    await this.#read((key, value) => {
      if (isReadRequestKey(key)) requests.set(key, value)
      else if (key === START_KEY) this.#start = parseStart(value)
      else handlers.onRecord(key, value)
    })
    for (const [key, value] of requests) takeRequest(key, value, handlers)
  }

  /** Reads on, for requests alone: all else is what was written here. */
  async poll(handlers: Pick<KeptHandlers, 'onRequest'>): Promise<void> {
    await this.#read((key, value) => {
      if (isReadRequestKey(key)) takeRequest(key, value, { ...handlers, onAnswered: () => {} })
    })
  }

  async begin(start: Start): Promise<void> {
    const value = JSON.stringify({ atMs: start.atMs, offsets: [...start.offsets] })
    await this.write(new Map([[START_KEY, Buffer.from(value)]]))
    this.#start = start
  }

  /** Resolves once this and all that was written before it is durable. */
  write(changes: ReadonlyMap<string, Buffer | null>): Promise<unknown> {
    if (changes.size === 0) return this.#written
    const records = [...changes].map(([key, value]) => ({ key, value }))
    const before = this.#written
    const sent = this.#producer.send(this.#place, records)
    this.#written = Promise.all([before, sent])
    return this.#written
  }

  async #read(onRecord: (key: string, value: string | null) => void): Promise<void> {
    const from = { ...this.#place, offset: this.#next }
    const { offset } = await this.#reader.readToEnd(from, ({ records }) => {
      for (const record of records) {
        const key = record.keyText()
        if (key !== null) onRecord(key, record.valueText())
      }
    })
    this.#next = offset
  }
}

function takeRequest(
  key: string,
  value: string | null,
  { onAnswered, onRequest }: Pick<KeptHandlers, 'onAnswered' | 'onRequest'>,
): void {
  const found = value === null ? null : parseReadRequest(value)
  if (found?.state === 'requested') onRequest(found.request)
  else if (found?.state === 'answered') onAnswered(key, found.answeredAt)
}

function parseStart(value: string | null): Start | undefined {
  if (value === null) return undefined
  const { atMs, offsets } = startSchema.parse(JSON.parse(value))
  return { atMs, offsets: new Map(offsets) }
}
