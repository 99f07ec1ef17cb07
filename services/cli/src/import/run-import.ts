import {
  type ChainedProducer,
  type OutgoingRecord,
  type TopicPartition,
} from '@wabastream/processing'
import { CliError } from '../output/cli-error.ts'
import { formatCount, formatTime } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { toImportRecord } from './import-record.ts'
import { type ImportReport, ImportTally } from './import-tally.ts'
import { type ImportedBody, readImportedBody, type ReceivedAtSource } from './read-imported-body.ts'
import { type InputLine } from './read-lines.ts'

export interface ImportOptions {
  readonly channel: string
  /** The number that flat bodies belong to; null if none is given. */
  readonly number: string | null
  readonly receivedAt: ReceivedAtSource
  readonly bodyPath: readonly string[] | undefined
  readonly fromLine: number
  /** Leaves out what the tables would delete at once, instead of stopping there. */
  readonly skipsExpired: boolean
}

export interface ImportTarget {
  /** Null for a dry run. */
  readonly producer: Pick<ChainedProducer, 'send'> | null
  readonly partition: TopicPartition
  /** Days for which the tables keep rows; null for ever. */
  readonly keptDays: number | null
}

const DAY_MS = 86_400_000
const BATCH_BYTES_MAX = 1_048_576
const BATCH_RECORDS_MAX = 1_000
const PROGRESS_MS = 5_000
/** The time that work under way may take when an import is stopped. */
const STOP_MS = 5_000

/**
 * Appends the bodies of the lines to one partition of the raw topic, in their order, one request
 * after another. A signal ends it after the request under way. Resolves with what was done and
 * where to continue. Throws if a body is too old, unless such bodies are left out, and throws what
 * Kafka throws; the terminal then shows the line to continue with.
 */
export async function runImport(
  lines: AsyncIterable<InputLine>,
  options: ImportOptions,
  {
    signal,
    target,
    terminal,
  }: {
    readonly target: ImportTarget
    readonly terminal: Terminal
    readonly signal: AbortSignal
  },
): Promise<ImportReport> {
  const nowMs = Date.now()
  const tally = new ImportTally(target.producer === null, options.fromLine)
  const batch = new ImportBatch({ ...options, target, tally, signal })
  let toldMs = performance.now()

  async function takeAll(): Promise<void> {
    for await (const input of lines) {
      if (signal.aborted) return
      if (input.line < options.fromLine) continue
      await take(input)
      if (batch.isFull) await batch.send()
      if (performance.now() - toldMs < PROGRESS_MS) continue
      toldMs = performance.now()
      terminal.note(`${formatCount(tally.imported)} bodies, line ${formatCount(input.line)}`)
    }
  }

  async function take(input: InputLine): Promise<void> {
    const read = readImportedBody(input, { ...options, nowMs })
    if (read !== undefined && 'problem' in read) {
      tally.refuse(read)
    } else if (read !== undefined) {
      if (!isExpired(read, target, nowMs)) batch.add(read)
      else if (options.skipsExpired) tally.expire()
      else throw tooOld(read, target)
    }
    batch.passed(input.line)
  }

  try {
    await takeAll().catch(async (error: unknown) => {
      if (signal.aborted) return
      // The lines before the wrong one are right.
      if (error instanceof CliError) await batch.send()
      throw error
    })
    await batch.send()
  } catch (error) {
    if (!signal.aborted) {
      terminal.note(`continue with --from-line ${tally.nextLine}`)
      throw error
    }
  }
  return tally.report(!signal.aborted)
}

function isExpired({ receivedAt }: ImportedBody, target: ImportTarget, nowMs: number): boolean {
  const { keptDays } = target
  return keptDays !== null && receivedAt < nowMs - keptDays * DAY_MS
}

function tooOld({ line, receivedAt }: ImportedBody, { keptDays }: ImportTarget): CliError {
  return new CliError(
    `Line ${line} was received at ${formatTime(receivedAt)}, and rows are kept for ` +
      `${keptDays} days: its rows would be deleted at once. Set RETENTION_DAYS to more and run ` +
      '`./wabastream prepare`, or pass --skip-expired to leave such bodies out.',
  )
}

interface BatchOptions extends Pick<ImportOptions, 'channel' | 'number'> {
  readonly target: ImportTarget
  readonly tally: ImportTally
  readonly signal: AbortSignal
}

/** What goes to Kafka in one request; it is counted once it is durable. */
class ImportBatch {
  readonly #options: BatchOptions
  #bodies: ImportedBody[] = []
  #bytes = 0
  #nextLine = 1

  constructor(options: BatchOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#bytes >= BATCH_BYTES_MAX || this.#bodies.length >= BATCH_RECORDS_MAX
  }

  add(body: ImportedBody): void {
    this.#bytes += body.body.length
    this.#bodies.push(body)
  }

  passed(line: number): void {
    this.#nextLine = line + 1
    if (this.#bodies.length === 0) this.#options.tally.passed(this.#nextLine)
  }

  async send(): Promise<void> {
    if (this.#bodies.length === 0) return
    const bodies = this.#bodies
    this.#bodies = []
    this.#bytes = 0
    await this.#append(bodies.map((body) => toImportRecord(body, this.#options)))
    const { number, tally } = this.#options
    for (const body of bodies) tally.add(body, number)
    tally.passed(this.#nextLine)
  }

  /** If Kafka is away when the import is stopped, do not wait for it. */
  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    const {
      signal,
      target: { partition, producer },
    } = this.#options
    if (producer === null) return
    const stopped = Promise.withResolvers<never>()
    const onAbort = (): void => {
      setTimeout(() => stopped.reject(signal.reason), STOP_MS).unref()
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
    try {
      await Promise.race([producer.send(partition, records), stopped.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}
