import { type Beginning } from '../destinations/destination.ts'

export type Offsets = ReadonlyMap<number, number>

/** What has to be known of the raw topic. */
export interface RawOffsets {
  startOffsets(topic: string): Promise<Offsets>
  endOffsets(topic: string): Promise<Offsets>
  offsetsForTime(topic: string, timestampMs: number): Promise<Offsets>
}

/** The offsets at which a new destination begins. */
export function readBeginning(admin: RawOffsets, topic: string, from: Beginning): Promise<Offsets> {
  if (from === 'now') return admin.endOffsets(topic)
  if (from === 'beginning') return admin.startOffsets(topic)
  return admin.offsetsForTime(topic, from)
}
