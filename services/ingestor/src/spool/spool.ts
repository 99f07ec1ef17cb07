import { setTimeout as delay } from 'node:timers/promises'
import { type ChainedProducer, type OutgoingRecord } from '@wabastream/processing'
import { type SpoolDisk, type SpoolDiskFile } from './spool-disk.ts'
import { SpoolDrainer } from './spool-drainer.ts'
import { SpoolIndex, type SpoolLimits, toDiskBytes } from './spool-index.ts'
import { parseSpoolName } from './spool-name.ts'
import { type SpoolFailureCause, type SpoolObserver } from './spool-observer.ts'
import { SpoolWriter, type SpoolWriterOptions } from './spool-writer.ts'

const DRAIN_POLL_MS = 20
/** Time at a stop for a producer that is about to find Kafka again. */
const KAFKA_GRACE_MS = 5_000

export type SpoolOptions = Pick<
  SpoolWriterOptions,
  'gatherMs' | 'fileBytesMax' | 'appendTimeoutMs' | 'probeIntervalMs'
> & {
  readonly disk: SpoolDisk
  readonly limits: SpoolLimits
  readonly observer: SpoolObserver
  readonly producer: Pick<ChainedProducer, 'send' | 'isHealthy'>
  readonly topic: string
}

export interface SpoolStatus {
  readonly files: number
  /** On disk, without what was quarantined. */
  readonly bytes: number
  /** Files put aside, in this life and before; they may hold acked webhooks. */
  readonly quarantined: number
  /** 0 when nothing is spooled. */
  readonly oldestAgeMs: number
  /** True from the high watermark on, until it is down to the low one. */
  readonly isOverWatermark: boolean
  /** Why nothing can be written at the moment. */
  readonly failure: SpoolFailureCause | null
}

/** Keeps webhooks on this machine's disk while Kafka is away. */
export interface Spool {
  /** False when full, or when the disk fails. */
  isAccepting(): boolean
  /** Resolves with true if the record survives a crash, otherwise with false. Never rejects. */
  append(record: OutgoingRecord, bytes: number): Promise<boolean>
  /** From now on files are moved to Kafka. */
  startDraining(topic: { readonly partitionCount: number }): void
  status(): SpoolStatus
  /** Resolves when it is empty, Kafka was away for some seconds, or the time is up. */
  drain(timeoutMs: number): Promise<void>
  /** What is left is drained by the next life. */
  close(): Promise<void>
}

/** Takes up what an earlier life left behind. Rejects when the folder cannot be read. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { disk, producer, topic } = options
  const index = new SpoolIndex(options.limits)
  let drainer: SpoolDrainer | undefined
  let quarantined = await disk.quarantinedCount()
  const observer: SpoolObserver = {
    ...options.observer,
    fileQuarantined(name, reason) {
      quarantined += 1
      options.observer.fileQuarantined(name, reason)
    },
  }
  await takeUp(disk, index, observer)
  const writer = new SpoolWriter({ ...options, observer, index, onFile: () => drainer?.wake() })
  await writer.probe()
  const isDrainable = (): boolean => drainer !== undefined && producer.isHealthy()
  return {
    isAccepting: () => writer.failure === null && index.hasRoomFor(1),
    append: (record, bytes) => writer.append(record, bytes),
    startDraining({ partitionCount }) {
      drainer = new SpoolDrainer({
        disk,
        index,
        observer,
        producer,
        topic,
        partitionCount,
        onDirectoryUnsynced: (error) => {
          writer.directoryUnsynced(error)
        },
      })
      drainer.wake()
    },
    status: () => ({
      files: index.fileCount,
      bytes: index.bytes,
      quarantined,
      oldestAgeMs: Math.max(0, Date.now() - (index.oldest()?.createdAtMs ?? Date.now())),
      isOverWatermark: index.isOverWatermark,
      failure: writer.failure,
    }),
    async drain(timeoutMs) {
      const deadlineMs = performance.now() + timeoutMs
      let giveUpAtMs = performance.now() + KAFKA_GRACE_MS
      const unsentCount = (): number => index.fileCount - (drainer?.unfinishedCount ?? 0)
      while (unsentCount() > 0 && performance.now() < Math.min(deadlineMs, giveUpAtMs)) {
        await delay(DRAIN_POLL_MS)
        if (isDrainable()) giveUpAtMs = performance.now() + KAFKA_GRACE_MS
      }
    },
    async close() {
      drainer?.close()
      await writer.close()
      disk.release()
    },
  }
}

/** Temporary files were never acked. Files with other names are put aside. */
async function takeUp(disk: SpoolDisk, index: SpoolIndex, observer: SpoolObserver): Promise<void> {
  const files = (await disk.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const file of files) await takeUpFile(file, { disk, index, observer })
  await disk.syncDirectory().catch((error: unknown) => observer.failed('fsync_directory', error))
}

async function takeUpFile(
  { name, bytes }: SpoolDiskFile,
  options: {
    readonly disk: SpoolDisk
    readonly index: SpoolIndex
    readonly observer: SpoolObserver
  },
): Promise<void> {
  const { disk, index, observer } = options
  const parsed = parseSpoolName(name)
  switch (parsed.kind) {
    case 'spooled':
      return index.add({ name, bytes: toDiskBytes(bytes), createdAtMs: parsed.createdAtMs })
    case 'temporary':
      return disk.remove(name).catch((error: unknown) => observer.failed('remove', error))
    case 'foreign':
      observer.fileQuarantined(name, 'foreign')
      return disk.quarantine(name).catch((error: unknown) => observer.failed('quarantine', error))
    case 'own':
      return
  }
}
