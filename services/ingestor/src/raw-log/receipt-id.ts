import { randomFillSync } from 'node:crypto'
import { V7Generator } from 'uuidv7'

/** Randomness is drawn for a thousand ids at once: asking for it costs more than the id. */
const POOL_WORDS = 4_096

function createRandomWords(): { nextUint32(): number } {
  const pool = new Uint32Array(POOL_WORDS)
  let next = POOL_WORDS
  return {
    nextUint32() {
      if (next === POOL_WORDS) {
        randomFillSync(pool)
        next = 0
      }
      const word = pool[next] ?? 0
      next += 1
      return word
    },
  }
}

/** Makes receipt ids: UUIDs of version 7, growing within a process. */
export function createReceiptIds(): () => string {
  const generator = new V7Generator(createRandomWords())
  return () => generator.generate().toString()
}
