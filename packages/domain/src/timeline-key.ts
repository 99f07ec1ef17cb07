import { type TimelineTarget } from '@wabastream/contracts'
import { murmur2 } from './murmur2.ts'
import { utf8Length, writeUtf8 } from './utf8.ts'

/** Where events about a target go. */
export interface TimelineRoute {
  /** `timelineKey` in UTF-8. */
  readonly key: Uint8Array
  readonly partition: number
}

/** Key of timelines, transitions, events and state: netstrings, so no two targets share one. */
export function timelineKey({ number, messageId, participant }: TimelineTarget): string {
  return `${netstring(number)}${netstring(messageId)}${netstring(participant)}`
}

/**
 * The key's bytes and the partition in one go. The participant plays no part in the partition: all
 * timelines of a message live in one.
 */
export function routeOf(target: TimelineTarget, partitionCount: number): TimelineRoute {
  const { number, messageId, participant } = target
  const unitCount = number.length + messageId.length + participant.length
  const keyStart = reserve(unitCount * UTF8_BYTES_PER_UNIT_MAX + 3 * NETSTRING_BYTES)
  const hashEnd = writeNetstring(messageId, writeNetstring(number, keyStart))
  const partition = (murmur2(slab, keyStart, hashEnd) & 0x7fffffff) % partitionCount
  slabUsed = writeNetstring(participant, hashEnd)
  return { key: slab.subarray(keyStart, slabUsed), partition }
}

const UTF8_BYTES_PER_UNIT_MAX = 3
/** Digits of a length, and the two marks. */
const NETSTRING_BYTES = 12
const SLAB_BYTES = 64 * 1024
// Keys lie one behind the other, and no byte is written twice: an allocation for each would cost
// more than all the rest.
let slab = new Uint8Array(0)
let slabUsed = 0

function reserve(bytes: number): number {
  if (slab.length - slabUsed < bytes) {
    slab = new Uint8Array(Math.max(SLAB_BYTES, bytes))
    slabUsed = 0
  }
  return slabUsed
}

function netstring(text: string): string {
  return `${utf8Length(text)}:${text},`
}

function writeNetstring(text: string, offset: number): number {
  const textStart = writeUtf8(`${utf8Length(text)}:`, slab, offset)
  const end = writeUtf8(text, slab, textStart)
  slab[end] = COMMA
  return end + 1
}

const COMMA = 0x2c
