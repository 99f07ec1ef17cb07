import { type PartitionProgress } from './ports/ports.ts'
import { type TopicPartition } from './ports/record.ts'

export interface ProgressWatchdogOptions {
  readonly progress: () => readonly PartitionProgress[]
  /** Lag without any advance for this time is a standstill. */
  readonly timeoutMs: number
  readonly now: () => number
}

export interface ProgressWatchdog {
  /**
   * Partitions that stand still although records wait; empty when all is well. Call it often. A
   * halted partition is left out: it is no reason to restart all others.
   */
  standstills(): readonly string[]
  /** Work on the partition that moves no position yet, such as a restore. */
  touch(partition: TopicPartition): void
}

interface Waiting {
  readonly position: number
  sinceMs: number
}

/**
 * Tells a stuck consumer from an idle one. Time counts from when lag was first seen at a position,
 * so that a first record raises no alarm, however long nothing came before it.
 */
export function createProgressWatchdog(options: ProgressWatchdogOptions): ProgressWatchdog {
  const { progress, timeoutMs, now } = options
  let waiting = new Map<string, Waiting>()

  return {
    standstills() {
      const current = progress().filter(({ isHalted, lagRecords }) => lagRecords > 0 && !isHalted)
      waiting = new Map(current.map((each) => [nameOf(each), stillWaiting(each)]))
      return [...waiting]
        .filter(([, { sinceMs }]) => now() - sinceMs > timeoutMs)
        .map(([name, { position }]) => `${name} stands still at ${position}`)
    },
    touch(partition) {
      const known = waiting.get(nameOf(partition))
      if (known !== undefined) known.sinceMs = now()
    },
  }

  function stillWaiting({ topic, partition, position }: PartitionProgress): Waiting {
    const known = waiting.get(nameOf({ topic, partition }))
    return known?.position === position ? known : { position, sinceMs: now() }
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
