import { setTimeout as delay } from 'node:timers/promises'
import { type ChainedProducer, type OutgoingRecord } from '@wabastream/processing'
import { isRefusal } from '../group-commit.ts'
import { type SpoolDisk } from './spool-disk.ts'
import { decodeSpoolFile } from './spool-file.ts'
import { type SpooledFile, type SpoolIndex } from './spool-index.ts'
import { type QuarantineReason, type SpoolObserver } from './spool-observer.ts'

/** Small files go together: a produce request costs about the same whatever is in it. */
const SEND_BYTES_MAX = 1_048_576
const SEND_FILES_MAX = 256
/** Each works on a partition of its own, so that a bad partition does not stop the others. */
const WORKERS_MAX = 3
/** After the producer took nothing, for it was full or closed, or a file was not to be read. */
const PAUSE_MS = 500

export interface SpoolDrainerOptions {
  readonly disk: SpoolDisk
  readonly index: SpoolIndex
  readonly observer: SpoolObserver
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitionCount: number
  /** The folder may have lost what others did to it, too. */
  readonly onDirectoryUnsynced: (error: unknown) => void
}

interface ReadFile {
  readonly file: SpooledFile
  readonly records: readonly OutgoingRecord[]
}

/** Moves files to Kafka, the oldest first. A file is removed when Kafka has acked all of it. */
export class SpoolDrainer {
  readonly #options: SpoolDrainerOptions
  readonly #freePartitions: number[]
  #workerCount = 0
  #isClosed = false

  constructor(options: SpoolDrainerOptions) {
    this.#options = options
    this.#freePartitions = Array.from({ length: options.partitionCount }, (_, index) => index)
  }

  /** To be called whenever there may be something to drain. */
  wake(): void {
    while (!this.#isClosed && this.#workerCount < WORKERS_MAX) {
      const files = this.#options.index.take({ bytesMax: SEND_BYTES_MAX, filesMax: SEND_FILES_MAX })
      const partition = files.length === 0 ? undefined : this.#freePartitions.shift()
      if (partition === undefined) return this.#options.index.putBack(files)
      this.#workerCount += 1
      void this.#drain(files, partition).finally(() => {
        this.#workerCount -= 1
        this.#freePartitions.push(partition)
        this.wake()
      })
    }
  }

  /** The folder is not touched any more, whatever is still acked. */
  close(): void {
    this.#isClosed = true
  }

  async #drain(files: readonly SpooledFile[], partition: number): Promise<void> {
    const readable: ReadFile[] = []
    const waiting: SpooledFile[] = []
    for (const file of files) {
      const records = await this.#read(file)
      if (records === 'not now') waiting.push(file)
      else if (records !== undefined) readable.push({ file, records })
    }
    try {
      await this.#deliver(readable, partition)
    } catch {
      waiting.push(...readable.map(({ file }) => file))
    }
    if (waiting.length > 0) await delay(PAUSE_MS, undefined, { ref: false })
    this.#options.index.putBack(waiting)
  }

  /** Undefined when there is nothing to be had from it, now or later. */
  async #read(file: SpooledFile): Promise<readonly OutgoingRecord[] | 'not now' | undefined> {
    const { disk, index, observer } = this.#options
    let bytes: Buffer
    try {
      bytes = await disk.read(file.name)
    } catch (error) {
      observer.failed('read', error)
      // Too many files are open, a volume is away: only what was read can be known to be damaged.
      if (!isMissing(error)) return 'not now'
      index.remove(file.name)
      return undefined
    }
    const records = decodeSpoolFile(bytes)
    if (typeof records !== 'string') return records
    await this.#quarantine(file, records)
    return undefined
  }

  /** Files that Kafka refuses together are sent one by one, so that one holds up no others. */
  async #deliver(files: readonly ReadFile[], partition: number): Promise<void> {
    if (files.length === 0 || this.#isClosed) return
    const { observer } = this.#options
    try {
      await this.#send(files.flatMap(({ records }) => records), partition)
    } catch (error) {
      if (!isRefusal(error)) throw error
      const [first] = files
      if (files.length === 1 && first !== undefined) return this.#salvage(first, partition)
      for (const file of files) await this.#deliver([file], partition)
      return
    }
    observer.recordsDrained(files.reduce((sum, { records }) => sum + records.length, 0))
    await this.#remove(files.map(({ file }) => file))
  }

  /** Sends what Kafka takes of a file, and keeps the file for what it does not. */
  async #salvage({ file, records }: ReadFile, partition: number): Promise<void> {
    let isRefused = false
    for (const record of records) {
      try {
        await this.#send([record], partition)
        this.#options.observer.recordsDrained(1)
      } catch (error) {
        if (!isRefusal(error)) throw error
        isRefused = true
      }
    }
    if (isRefused) await this.#quarantine(file, 'refused')
    else await this.#remove([file])
  }

  /** Waits for as long as Kafka is away. */
  async #send(records: readonly OutgoingRecord[], partition: number): Promise<void> {
    const { producer, topic } = this.#options
    if (records.length > 0) await producer.send({ topic, partition }, records)
  }

  /** What cannot be removed, or comes back after a crash, is sent again at the next start. */
  async #remove(files: readonly SpooledFile[]): Promise<void> {
    const { disk, index, observer, onDirectoryUnsynced } = this.#options
    for (const { name } of files) {
      if (this.#isClosed) return
      await disk.remove(name).catch((error: unknown) => observer.failed('remove', error))
      index.remove(name)
    }
    await disk.syncDirectory().catch(onDirectoryUnsynced)
  }

  async #quarantine(file: SpooledFile, reason: QuarantineReason): Promise<void> {
    const { disk, index, observer } = this.#options
    if (this.#isClosed) return
    observer.fileQuarantined(file.name, reason)
    await disk.quarantine(file.name)
      .catch((error: unknown) => observer.failed('quarantine', error))
    index.remove(file.name)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
