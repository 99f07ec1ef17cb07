const SURROGATES_FIRST = 0xd800
const SURROGATES_END = 0xe000
const REPLACEMENT = 0xfffd

/** Bytes that `text` takes in UTF-8; a lone surrogate counts as the U+FFFD that it becomes. */
export function utf8Length(text: string): number {
  const { length } = text
  for (let index = 0; index < length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return index + wideLength(text, index)
  }
  return length
}

/** Writes `text` at `offset`, where there must be room for it; returns the offset after it. */
export function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  const { length } = text
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit > 0x7f) return writeWide(text.slice(index), target, offset + index)
    target[offset + index] = unit
  }
  return offset + length
}

/**
 * Whether `left` sorts after `right` in UTF-8, as databases compare. JavaScript's own order
 * differs: it puts astral characters, being surrogates, before U+E000.
 */
export function isGreaterText(left: string, right: string): boolean {
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index += 1) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return sortWeight(a) > sortWeight(b)
  }
  return left.length > right.length
}

function sortWeight(unit: number): number {
  return isSurrogate(unit) ? unit + 0x10000 : unit
}

function isSurrogate(unit: number): boolean {
  return unit >= SURROGATES_FIRST && unit < SURROGATES_END
}

function wideLength(text: string, from: number): number {
  let bytes = 0
  for (const character of text.slice(from)) bytes += byteCount(character.codePointAt(0) ?? 0)
  return bytes
}

function writeWide(text: string, target: Uint8Array, offset: number): number {
  let position = offset
  for (const character of text) {
    const given = character.codePointAt(0) ?? 0
    const point = isSurrogate(given) ? REPLACEMENT : given
    const bytes = byteCount(point)
    for (let tail = bytes - 1; tail > 0; tail -= 1) {
      target[position + tail] = 0x80 | ((point >> (6 * (bytes - 1 - tail))) & 0x3f)
    }
    target[position] = bytes === 1 ? point : leadByte(point, bytes)
    position += bytes
  }
  return position
}

function leadByte(point: number, bytes: number): number {
  return ((0xf00 >> bytes) & 0xff) | (point >> (6 * (bytes - 1)))
}

function byteCount(point: number): number {
  if (point < 0x80) return 1
  if (point < 0x800) return 2
  return point < 0x10000 ? 3 : 4
}
