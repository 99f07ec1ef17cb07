import {
  isReadRequestKey,
  parseReadRequest,
  READ_RECEIPTS_PARTITION,
  type ReadRequest,
} from '@wabastream/contracts'
import {
  type ChainedProducer,
  type PartitionReader,
  type RecordBatch,
} from '@wabastream/processing'
import { z } from 'zod'

const START_KEY = '["start"]'
/** Read in one go: other readers of the topic wait so long. */
const SCAN_RECORDS = 2_000
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
  readonly onRecord: (key: string, value: string | null, offset: number) => void
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
  /** There is one reader: reads follow each other. */
  #reading: Promise<unknown> = Promise.resolve()

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

  /** Up to where it was read: what is written from now on lies behind it. */
  get position(): number {
    return this.#next
  }

  /** Looks for the start alone, which is among the first records; undefined if there is none. */
  async findStart(): Promise<Start | undefined> {
    for (let from = 0, isEnd = false; this.#start === undefined && !isEnd;) {
      const part = await this.scan(from, (key, value) => {
        if (key === START_KEY) this.#start = parseStart(value)
      })
      from = part.next
      isEnd = part.isEnd
    }
    return this.#start
  }

  /** Reads everything. Of requests, what stands under their keys in the end. */
  async load(handlers: KeptHandlers): Promise<void> {
    const requests = new Map<string, string | null>()
    this.#next = await this.#read(0, (key, value, offset) => {
      if (isReadRequestKey(key)) requests.set(key, value)
      else if (key === START_KEY) this.#start = parseStart(value)
      else handlers.onRecord(key, value, offset)
    })
    for (const [key, value] of requests) takeRequest(key, value, handlers)
  }

  /** Reads on, for requests alone: all else is what was written here. */
  async poll(handlers: Pick<KeptHandlers, 'onRequest'>): Promise<void> {
    this.#next = await this.#read(this.#next, (key, value) => {
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

  /**
   * Reads the next records again, from `offset` on, with the offset of each. Returns where to
   * go on, and whether that is the end.
   */
  async scan(
    offset: number,
    onRecord: (key: string, value: string | null, offset: number) => void,
  ): Promise<{ readonly next: number; readonly isEnd: boolean }> {
    const until = offset + SCAN_RECORDS
    const next = await this.#read(offset, onRecord, until)
    return { next, isEnd: next < until }
  }

  #read(
    offset: number,
    onRecord: (key: string, value: string | null, offset: number) => void,
    until?: number,
  ): Promise<number> {
    const reading = this.#reading.then(async () => {
      const onBatch = ({ records }: RecordBatch): void => {
        for (const record of records) {
          const key = record.keyText()
          if (key !== null) onRecord(key, record.valueText(), record.offset)
        }
      }
      const end = await this.#reader.readToEnd({ ...this.#place, offset }, onBatch, until)
      return end.offset
    })
    this.#reading = reading.catch(() => undefined)
    return reading
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
