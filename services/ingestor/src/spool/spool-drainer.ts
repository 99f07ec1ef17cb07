import { setTimeout as delay } from 'node:timers/promises'
import { type RawOrigin, rawHeaders } from '@wabastream/contracts'
import { type ChainedProducer, type OutgoingRecord, sendApart } from '@wabastream/processing'
import { type SpoolDisk } from './spool-disk.ts'
import { decodeSpoolFile } from './spool-file.ts'
import { type SpooledFile, type SpoolIndex } from './spool-index.ts'
import { type QuarantineReason, type SpoolObserver } from './spool-observer.ts'

/** Small files go together, because a produce request costs about the same whatever is in it. */
const SEND_BYTES_MAX = 1_048_576
const SEND_FILES_MAX = 256
/** Each works on a partition of its own, so that a bad partition does not stop the others. */
const WORKERS_MAX = 3
/**
 * Pause after the producer took nothing, because it was full or closed, or after the disk failed
 * with a file.
 */
const PAUSE_MS = 500

export interface SpoolDrainerOptions {
  readonly disk: SpoolDisk
  readonly index: SpoolIndex
  readonly observer: SpoolObserver
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitionCount: number
  /** The folder may also have lost the changes of others. */
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
  /** What the disk still has to do with finished files, by name. */
  readonly #unfinished = new Map<string, 'remove' | QuarantineReason>()
  /** Files with which the disk failed, and that nobody takes meanwhile. */
  readonly #waiting = new Map<string, SpooledFile>()
  #retryTimer: NodeJS.Timeout | undefined
  #workerCount = 0
  #isClosed = false

  constructor(options: SpoolDrainerOptions) {
    this.#options = options
    this.#freePartitions = Array.from({ length: options.partitionCount }, (_, index) => index)
  }

  /** Files that are only to be removed, or put aside: they need no Kafka. */
  get unfinishedCount(): number {
    return this.#unfinished.size
  }

  /** Call it whenever there may be something to drain. */
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

  /** Stops touching the folder, whatever is still acked. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retryTimer)
  }

  async #drain(files: readonly SpooledFile[], partition: number): Promise<void> {
    const readable: ReadFile[] = []
    const delivered: SpooledFile[] = []
    for (const file of files) {
      const unfinished = this.#unfinished.get(file.name)
      if (unfinished === 'remove') delivered.push(file)
      else if (unfinished !== undefined) await this.#quarantine(file, unfinished)
      else {
        const records = await this.#read(file)
        if (records !== undefined) readable.push({ file, records })
      }
    }
    if (delivered.length > 0) await this.#remove(delivered)
    try {
      await this.#deliver(readable, partition)
    } catch {
      // By the end of the pause, others may have taken some of the files that wait.
      const unsent = readable.map(({ file }) => file).filter(({ name }) => !this.#waiting.has(name))
      await delay(PAUSE_MS, undefined, { ref: false })
      this.#options.index.putBack(unsent)
    }
  }

  /** Newer files go on meanwhile; at most this many of those that wait are tried at once. */
  #tryLater(file: SpooledFile): void {
    this.#waiting.set(file.name, file)
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined
      const some = [...this.#waiting.values()].slice(0, SEND_FILES_MAX)
      for (const { name } of some) this.#waiting.delete(name)
      this.#options.index.putBack(some)
      const [next] = this.#waiting.values()
      if (next !== undefined) this.#tryLater(next)
      this.wake()
    }, PAUSE_MS).unref()
  }

  /** Undefined if the file yields nothing, or nothing now. */
  async #read(file: SpooledFile): Promise<readonly OutgoingRecord[] | undefined> {
    const { disk, index, observer } = this.#options
    let bytes: Buffer
    try {
      bytes = await disk.read(file.name)
    } catch (error) {
      observer.failed('read', error)
      // Too many files are open, a volume is away: only what was read can be known to be damaged.
      if (isMissing(error)) index.remove(file.name)
      else this.#tryLater(file)
      return undefined
    }
    const records = decodeSpoolFile(bytes)
    if (typeof records !== 'string') return records.map(toSpooledRecord)
    await this.#quarantine(file, records)
    return undefined
  }

  /** If Kafka refuses files together, only those to blame are examined. */
  async #deliver(files: readonly ReadFile[], partition: number): Promise<void> {
    const refused: ReadFile[] = []
    await sendApart(files, {
      send: (some) => this.#deliverWhole(some, partition),
      refused: (file) => refused.push(file),
    })
    for (const file of refused) {
      if (this.#isClosed) return
      await this.#salvage(file, partition)
    }
  }

  async #deliverWhole(files: readonly ReadFile[], partition: number): Promise<void> {
    if (this.#isClosed) return
    const records = files.flatMap((file) => file.records)
    await this.#send(records, partition)
    this.#options.observer.recordsDrained(records.length)
    await this.#remove(files.map(({ file }) => file))
  }

  /** Sends the records of a file that Kafka takes, and keeps the file for the others. */
  async #salvage({ file, records }: ReadFile, partition: number): Promise<void> {
    let isRefused = false
    await sendApart(records, {
      send: async (some) => {
        await this.#send(some, partition)
        this.#options.observer.recordsDrained(some.length)
      },
      refused: () => {
        isRefused = true
      },
    })
    if (isRefused) await this.#quarantine(file, 'refused')
    else await this.#remove([file])
  }

  /** Waits while Kafka is away. */
  async #send(records: readonly OutgoingRecord[], partition: number): Promise<void> {
    const { producer, topic } = this.#options
    if (records.length > 0) await producer.send({ topic, partition }, records)
  }

  /**
   * A file that cannot be removed takes room until it can be. If the process ends before that, or
   * the file comes back after a crash, it is sent again at the next start.
   */
  async #remove(files: readonly SpooledFile[]): Promise<void> {
    const { disk, index, observer, onDirectoryUnsynced } = this.#options
    for (const file of files) {
      if (this.#isClosed) return
      try {
        await disk.remove(file.name)
        this.#unfinished.delete(file.name)
        index.remove(file.name)
      } catch (error) {
        observer.failed('remove', error)
        this.#unfinished.set(file.name, 'remove')
        this.#tryLater(file)
      }
    }
    await disk.syncDirectory().catch(onDirectoryUnsynced)
  }

  async #quarantine(file: SpooledFile, reason: QuarantineReason): Promise<void> {
    const { disk, index, observer } = this.#options
    if (this.#isClosed) return
    try {
      await disk.quarantine(file.name)
      observer.fileQuarantined(file.name, reason)
      this.#unfinished.delete(file.name)
      index.remove(file.name)
    } catch (error) {
      observer.failed('quarantine', error)
      if (isMissing(error)) {
        this.#unfinished.delete(file.name)
        return index.remove(file.name)
      }
      this.#unfinished.set(file.name, reason)
      this.#tryLater(file)
    }
  }
}

/** Marks a record as received before it was appended, perhaps by days. */
function toSpooledRecord(record: OutgoingRecord): OutgoingRecord {
  const origin: RawOrigin = 'spooled'
  return { ...record, headers: { ...record.headers, [rawHeaders.origin]: origin } }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
