import { type OutgoingRecord, PortError } from '@wabastream/processing'
import { eventually } from '@wabastream/testing'
import { type DiskFault, MemoryDisk } from './memory-disk.fixture.ts'
import { decodeSpoolFile } from './spool-file.ts'
import { type QuarantineReason, type SpoolFailureCause } from './spool-observer.ts'
import { openSpool, type Spool, type SpoolOptions } from './spool.ts'

export const toRecord = (id: string, bytes = 10): OutgoingRecord => ({
  key: null,
  value: Buffer.from(id.padEnd(bytes, ' ')),
  headers: { id },
  timestampMs: 1,
})

const idsOf = (records: readonly OutgoingRecord[]): readonly string[] =>
  records.map((record) => String(Buffer.from(record.value ?? [])).trim())

/** For tests: Kafka, which can be away. What is sent meanwhile waits. */
export class FakeKafka {
  readonly stored = new Set<string>()
  readonly sends: (readonly string[])[] = []
  refuses: (id: string) => boolean = () => false
  #isUp = true
  #waiting: (() => void)[] = []

  set isUp(isUp: boolean) {
    this.#isUp = isUp
    if (isUp) for (const go of this.#waiting.splice(0)) go()
  }

  isHealthy(): boolean {
    return this.#isUp
  }

  /** The waiting process is gone; its requests may have arrived. */
  forget(arrives: () => boolean): void {
    const gone = this.#waiting.splice(0)
    for (const go of gone) if (arrives()) go()
  }

  async send(
    _target: object,
    records: readonly OutgoingRecord[],
  ): Promise<{ readonly baseOffset: number }> {
    if (!this.#isUp)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    const ids = idsOf(records)
    if (ids.some((id) => this.refuses(id))) {
      throw new PortError('records_refused', 'refused')
    }
    this.sends.push(ids)
    for (const id of ids) this.stored.add(id)
    return { baseOffset: 0 }
  }
}

/** For tests: a spool on a disk in memory that lives through crashes. */
export class SpoolWorld {
  readonly kafka = new FakeKafka()
  readonly failures: SpoolFailureCause[] = []
  readonly quarantined: QuarantineReason[] = []
  appended = 0
  drained = 0
  disk = new MemoryDisk()
  #spool: Spool | undefined
  readonly #options: Partial<SpoolOptions>

  constructor(options: Partial<SpoolOptions> = {}) {
    this.#options = options
  }

  get spool(): Spool {
    if (this.#spool === undefined) throw new Error('not open')
    return this.#spool
  }

  async open(): Promise<void> {
    this.#spool = await openSpool({
      disk: this.disk,
      producer: this.kafka,
      topic: 'raw',
      gatherMs: 0,
      fileBytesMax: 100_000,
      appendTimeoutMs: 60_000,
      probeIntervalMs: 5,
      limits: { bytesMax: 1e9, bytesHigh: 8e8, bytesLow: 6e8 },
      observer: {
        fileWritten: ({ records }) => {
          this.appended += records
        },
        recordsDrained: (count) => {
          this.drained += count
        },
        fileQuarantined: (_, reason) => {
          this.quarantined.push(reason)
        },
        failed: (cause) => {
          this.failures.push(cause)
        },
      },
      ...this.#options,
    })
    this.#spool.startDraining({ partitionCount: 3 })
  }

  /**
   * Begins the next life with what the crash left. A crash during its start makes it start again.
   */
  async restart(chance: () => number): Promise<void> {
    const old = this.#spool
    this.disk = this.disk.reboot(chance)
    this.kafka.forget(() => chance() < 0.5)
    void old?.close()
    await this.open()
  }

  /** The ids that were acked. Ends when the machine crashes, too. */
  async append(ids: readonly string[], bytes?: number): Promise<readonly string[]> {
    const acked: string[] = []
    const appends = ids.map(async (id) => {
      if (await this.spool.append(toRecord(id, bytes), 100)) acked.push(id)
    })
    let isDone = false
    void Promise.all(appends).then(() => {
      isDone = true
    })
    const { disk } = this
    while (!isDone && !disk.isCrashed)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    return [...acked]
  }

  /** The readable contents of the spool. */
  spooledIds(): ReadonlySet<string> {
    const ids = new Set<string>()
    for (const [name, bytes] of this.disk.files) {
      if (!name.endsWith('.spool') || name.includes('/')) continue
      const records = decodeSpoolFile(bytes)
      if (typeof records !== 'string') for (const id of idsOf(records)) ids.add(id)
    }
    return ids
  }

  spoolFiles(): readonly string[] {
    return [...this.disk.files.keys()].filter((name) => !name.startsWith('quarantine/')).toSorted()
  }

  quarantinedFiles(): readonly string[] {
    return [...this.disk.files.keys()].filter((name) => name.startsWith('quarantine/'))
  }

  /** Fails the step after this many others. */
  failStep(after: number, fault: DiskFault): void {
    let left = after
    this.disk.fault = () => {
      left -= 1
      return left === -1 ? fault : undefined
    }
  }

  untilEmpty(): Promise<unknown> {
    return eventually('the spool is empty', () => this.spool.status().files === 0)
  }
}
