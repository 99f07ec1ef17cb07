import { type TimelineTarget } from '@wabastream/contracts'
import { murmur2 } from './bytes/murmur2.ts'
import { utf8Length, writeUtf8 } from './bytes/utf8.ts'

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
 * The same key. `likely`, such as the key of the event's record, is compared with the target and
 * returned if it is the key: that costs less than making another text.
 */
export function confirmTimelineKey(likely: string | null, target: TimelineTarget): string {
  return likely !== null && isAsciiKeyOf(target, likely) ? likely : timelineKey(target)
}

/** Whether the text is the target's key. False for every key that is not ASCII. */
function isAsciiKeyOf({ number, messageId, participant }: TimelineTarget, text: string): boolean {
  const numberEnd = asciiNetstringEnd(text, 0, number)
  if (numberEnd < 0) return false
  const messageEnd = asciiNetstringEnd(text, numberEnd, messageId)
  if (messageEnd < 0) return false
  return asciiNetstringEnd(text, messageEnd, participant) === text.length
}

/** Where the netstring of `part` ends that begins at `start`; -1 if another text is there. */
function asciiNetstringEnd(text: string, start: number, part: string): number {
  const { length } = part
  const colon = start + digitCount(length)
  let rest = length
  for (let at = colon - 1; at >= start; at -= 1) {
    if (text.charCodeAt(at) !== ZERO + (rest % 10)) return -1
    rest = Math.floor(rest / 10)
  }
  if (text.charCodeAt(colon) !== COLON) return -1
  const partStart = colon + 1
  for (let index = 0; index < length; index += 1) {
    const unit = part.charCodeAt(index)
    if (unit > 0x7f || text.charCodeAt(partStart + index) !== unit) return -1
  }
  return text.charCodeAt(partStart + length) === COMMA ? partStart + length + 1 : -1
}

function digitCount(value: number): number {
  let count = 1
  for (let rest = value; rest > 9; rest = Math.floor(rest / 10)) count += 1
  return count
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
// Keys lie one behind the other, and none is written again once it was handed out: an allocation
// for each would cost more than all the rest.
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

/** Nearly all texts are ASCII, with as many bytes as units: so that is tried first. */
function writeNetstring(text: string, offset: number): number {
  const textStart = writeLength(text.length, offset)
  const end = writeUtf8(text, slab, textStart)
  const bytes = end - textStart
  return bytes === text.length ? writeComma(end) : writeWideNetstring(text, bytes, offset)
}

function writeWideNetstring(text: string, bytes: number, offset: number): number {
  return writeComma(writeUtf8(text, slab, writeLength(bytes, offset)))
}

function writeComma(offset: number): number {
  slab[offset] = COMMA
  return offset + 1
}

/** A length in decimal digits and the colon behind it. */
function writeLength(length: number, offset: number): number {
  const end = writeDigits(length, offset)
  slab[end] = COLON
  return end + 1
}

function writeDigits(value: number, offset: number): number {
  const leading = Math.floor(value / 10)
  const last = leading === 0 ? offset : writeDigits(leading, offset)
  slab[last] = ZERO + (value % 10)
  return last + 1
}

const COMMA = 0x2c
const COLON = 0x3a
const ZERO = 0x30
