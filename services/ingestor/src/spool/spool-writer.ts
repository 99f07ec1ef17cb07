import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type OutgoingRecord } from '@wabastream/processing'
import { type SpoolDisk } from './spool-disk.ts'
import { encodeSpoolFile } from './spool-file.ts'
import { type SpoolIndex, toDiskBytes } from './spool-index.ts'
import { toSpoolName } from './spool-name.ts'
import { type SpoolFailureCause, type SpoolObserver } from './spool-observer.ts'
import { probeSpoolDisk, SpoolWriteError, writeSpoolFile } from './write-spool-file.ts'

const SWEEP_INTERVAL_MS = 100
/** A disk that takes longer for one file gets no more work until that is done. */
const STALLED_AFTER_MS = 3_000
const PROBE_BYTES_MIN = 4_096

export interface SpoolWriterOptions {
  readonly disk: SpoolDisk
  readonly index: SpoolIndex
  readonly observer: SpoolObserver
  /** How long a file waits for more records: fewer files mean fewer fsyncs. */
  readonly gatherMs: number
  readonly fileBytesMax: number
  /** A record that is not durable by then is given up. */
  readonly appendTimeoutMs: number
  /** Time between two checks whether a failed disk works again. */
  readonly probeIntervalMs: number
  /** Called when there is something to drain. */
  readonly onFile: () => void
}

interface Entry {
  readonly record: OutgoingRecord
  readonly bytes: number
  readonly submittedAtMs: number
  /** Undefined once it was called. */
  settle: ((isSpooled: boolean) => void) | undefined
}

/** Writes what comes while a file is being written into the next one. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions
  /** Part of the names, so that two lives never make the same one. */
  readonly #life = randomBytes(4).toString('hex')
  readonly #timers: readonly NodeJS.Timeout[]
  #sequence = 0
  #lastCreatedAtMs = 0
  #queue: Entry[] = []
  #current: readonly Entry[] = []
  #writingSinceMs: number | undefined
  #running: Promise<void> | undefined
  #failure: { readonly cause: SpoolFailureCause; readonly bytes: number } | undefined
  #failureCount = 0
  #isClosed = false

  constructor(options: SpoolWriterOptions) {
    this.#options = options
    this.#timers = [
      setInterval(() => this.#expire(), SWEEP_INTERVAL_MS).unref(),
      setInterval(() => {
        void this.#probeAgain()
      }, options.probeIntervalMs).unref(),
    ]
  }

  /** Why nothing can be written; null while it can. */
  get failure(): SpoolFailureCause | null {
    if (this.#failure !== undefined) return this.#failure.cause
    const isStalled =
      this.#writingSinceMs !== undefined &&
      performance.now() - this.#writingSinceMs > STALLED_AFTER_MS
    return isStalled ? 'stalled' : null
  }

  /** True if the record survives a crash; false if that failed or took too long. */
  append(record: OutgoingRecord, bytes: number): Promise<boolean> {
    if (this.#isClosed || this.failure !== null) return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#queue.push({ record, bytes, submittedAtMs: performance.now(), settle: resolve })
      this.#running ??= this.#run()
    })
  }

  /**
   * Somebody else's sync of the folder failed. The kernel reports an error only once, so our own
   * sync may now succeed without the earlier renames.
   */
  directoryUnsynced(error: unknown): void {
    this.#fail(new SpoolWriteError('fsync_directory', error), PROBE_BYTES_MIN)
    this.#options.observer.failed('fsync_directory', error)
  }

  /** Checks whether the disk works. Never rejects. */
  async probe(bytes = PROBE_BYTES_MIN): Promise<void> {
    const { disk, observer } = this.#options
    try {
      await probeSpoolDisk(disk, this.#nextName(), Buffer.alloc(bytes))
      this.#failure = undefined
    } catch (error) {
      this.#fail(error, bytes)
      observer.failed(causeOf(error), error)
    }
  }

  /** Resolves when nothing is being written. Later records are not accepted. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await delay(this.#options.gatherMs)
      this.#current = this.#takeEntries()
      settleAll(this.#current, this.#current.length > 0 && (await this.#store(this.#current)))
      this.#current = []
    }
    this.#running = undefined
  }

  #takeEntries(): Entry[] {
    let bytes = 0
    const end = this.#queue.findIndex((entry, index) => {
      bytes += entry.bytes
      return index > 0 && bytes > this.#options.fileBytesMax
    })
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end)
  }

  async #store(entries: readonly Entry[]): Promise<boolean> {
    const { disk, index, observer, onFile } = this.#options
    if (this.#failure !== undefined) return false
    const file = encodeSpoolFile(entries.map((entry) => entry.record))
    if (!index.hasRoomFor(file.length)) {
      observer.failed('full', new Error('the spool is full'))
      return false
    }
    const giveBack = index.reserve(file.length)
    const name = this.#nextName()
    const failuresBefore = this.#failureCount
    const startedAtMs = performance.now()
    this.#writingSinceMs = startedAtMs
    try {
      await writeSpoolFile(disk, name, file)
      index.add({
        name,
        bytes: toDiskBytes(file.length),
        createdAtMs: this.#lastCreatedAtMs,
      })
    } catch (error) {
      this.#fail(error, file.length)
      observer.failed(causeOf(error), error)
      return false
    } finally {
      this.#writingSinceMs = undefined
      giveBack()
    }
    observer.fileWritten({ records: entries.length, ms: performance.now() - startedAtMs })
    onFile()
    // Somebody else's sync of the folder may have failed meanwhile, and a probe succeeded since.
    return this.#failureCount === failuresBefore
  }

  /** A clock that is set back must not make a file look older than those before it. */
  #nextName(): string {
    this.#lastCreatedAtMs = Math.max(this.#lastCreatedAtMs, Date.now())
    this.#sequence += 1
    return toSpoolName({
      createdAtMs: this.#lastCreatedAtMs,
      sequence: this.#sequence,
      life: this.#life,
    })
  }

  #fail(error: unknown, bytes: number): void {
    this.#failureCount += 1
    this.#failure = { cause: causeOf(error), bytes: Math.max(bytes, PROBE_BYTES_MIN) }
  }

  async #probeAgain(): Promise<void> {
    if (this.#failure !== undefined && !this.#isClosed) await this.probe(this.#failure.bytes)
  }

  /**
   * Answers records that have waited too long; if their file is written later, that only repeats
   * them.
   */
  #expire(): void {
    const { appendTimeoutMs, observer } = this.#options
    const deadlineMs = performance.now() - appendTimeoutMs
    const late = [...this.#current, ...this.#queue].filter(
      (entry) => entry.settle !== undefined && entry.submittedAtMs < deadlineMs,
    )
    if (late.length === 0) return
    observer.failed('stalled', new Error('the spool was too slow'))
    settleAll(late, false)
    this.#queue = this.#queue.filter((entry) => entry.settle !== undefined)
  }
}

function settleAll(entries: readonly Entry[], isSpooled: boolean): void {
  for (const entry of entries) {
    entry.settle?.(isSpooled)
    entry.settle = undefined
  }
}

function causeOf(error: unknown): SpoolFailureCause {
  return error instanceof SpoolWriteError ? error.failure : 'write'
}
