import { type TimelineTarget } from '@wabastream/contracts'
import { murmur2 } from './murmur2.ts'
import { utf8Length, writeUtf8 } from './utf8.ts'

/** Key of timelines, transitions, events and state: netstrings, so no two targets share one. */
export function timelineKey({ number, messageId, participant }: TimelineTarget): string {
  return `${netstring(number)}${netstring(messageId)}${netstring(participant)}`
}

/** The participant plays no part: all timelines of a message live in one partition. */
export function partitionOf(
  { number, messageId }: Pick<TimelineTarget, 'number' | 'messageId'>,
  partitionCount: number,
): number {
  const text = `${netstring(number)}${netstring(messageId)}`
  if (scratch.length < text.length * UTF8_BYTES_PER_UNIT_MAX) {
    scratch = new Uint8Array(text.length * UTF8_BYTES_PER_UNIT_MAX)
  }
  const hash = murmur2(scratch, writeUtf8(text, scratch, 0))
  return (hash & 0x7fffffff) % partitionCount
}

const UTF8_BYTES_PER_UNIT_MAX = 3
// Hashing needs the bytes only for a moment; a buffer per call would cost more than the hash.
let scratch = new Uint8Array(1024)

function netstring(text: string): string {
  return `${utf8Length(text)}:${text},`
}
