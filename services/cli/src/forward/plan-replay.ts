import { createHash } from 'node:crypto'
import { type Replay } from '@wabastream/forwarding'
import { type KafkaAdmin, type Offsets } from '@wabastream/kafka'
import { RAW_TOPIC } from './forwarding.ts'
import { type ReplayFilter } from './select-replay.ts'

export interface ReplayRange {
  /** Of the time of appending, ms since 1970; null begins with the first record that there is. */
  readonly fromMs: number | null
  /** Not included; null ends with the last record that there is now. */
  readonly toMs: number | null
}

/** The same command has the same id, so that repeating it goes on where it was. */
export function replayIdOf(destination: string, range: ReplayRange & ReplayFilter): string {
  const { fromMs, message = '', number = '', toMs } = range
  const text = JSON.stringify([destination, fromMs, toMs, number, message])
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

export async function planReplay(
  admin: KafkaAdmin,
  given: { readonly destination: string; readonly id: string; readonly range: ReplayRange },
): Promise<Replay> {
  const { destination, id, range } = given
  const { fromMs, toMs } = range
  const from =
    fromMs === null
      ? await admin.startOffsets(RAW_TOPIC)
      : await admin.offsetsForTime(RAW_TOPIC, fromMs)
  const to =
    toMs === null ? await admin.endOffsets(RAW_TOPIC) : await admin.offsetsForTime(RAW_TOPIC, toMs)
  return { destination, id, atMs: Date.now(), from, to: atLeast(to, from) }
}

function atLeast(offsets: Offsets, least: Offsets): Offsets {
  return new Map(
    [...offsets].map(([partition, offset]) => [
      partition,
      Math.max(offset, least.get(partition) ?? 0),
    ]),
  )
}
