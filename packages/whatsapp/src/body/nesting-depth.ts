/** Deepest nesting read. Known webhooks have up to 12 levels; recursion is safe to thousands. */
export const NESTING_DEPTH_MAX = 512

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Whether arrays and objects nest deeper than `depthMax`. Says nothing about validity. A level
 * takes at least two bytes, so most bodies are too short to need a scan.
 */
export function isDeeperThan(body: Uint8Array, depthMax: number): boolean {
  if (body.length <= 2 * depthMax) return false
  let depth = 0
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index]
    if (byte === QUOTE) {
      index = endOfString(body, index)
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1
      if (depth > depthMax) return true
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth -= 1
    }
  }
  return false
}

function endOfString(body: Uint8Array, start: number): number {
  let index = start + 1
  while (index < body.length && body[index] !== QUOTE) {
    index += body[index] === BACKSLASH ? 2 : 1
  }
  return index
}
