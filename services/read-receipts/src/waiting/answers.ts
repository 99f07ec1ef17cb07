import { z } from 'zod'

/** Long enough for a message that is read from a partition behind the answer's. */
const KEPT_MS = 3_600_000
const KEY_BEGIN = '["answer",'
const valueSchema = z.object({ atMs: z.number(), readAtMs: z.number() })

interface Answer {
  readonly atMs: number
  /** When it was read here. */
  readonly readAtMs: number
}

/** When each customer was answered last, so that it does not matter which is read first. */
export class Answers {
  readonly #byKey = new Map<string, Answer>()
  readonly #max: number

  /** Of more than `max` (customers) the first read are let go. */
  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#byKey.size
  }

  /** The record to keep, by key; undefined where a later answer is known. */
  add(
    key: string,
    { atMs, nowMs }: { readonly atMs: number; readonly nowMs: number },
  ): Buffer | undefined {
    if ((this.#byKey.get(key)?.atMs ?? -1) >= atMs) return undefined
    const answer = { atMs, readAtMs: nowMs }
    // At the end of the map: the first are those that are forgotten first.
    this.#byKey.delete(key)
    this.#byKey.set(key, answer)
    return Buffer.from(JSON.stringify(answer))
  }

  isAnswered(key: string, atMs: number): boolean {
    return (this.#byKey.get(key)?.atMs ?? -1) >= atMs
  }

  /** Takes what was kept; false for a record of another kind. */
  load(key: string, value: unknown): boolean {
    if (!key.startsWith(KEY_BEGIN)) return false
    const answer = valueSchema.safeParse(value)
    if (answer.success) this.#byKey.set(key, answer.data)
    return true
  }

  /** Forgets what is over: its keys, and how many of them there were too many. */
  expire(nowMs: number): { readonly keys: readonly string[]; readonly tooMany: number } {
    const keys: string[] = []
    let tooMany = 0
    for (const [key, { readAtMs }] of this.#byKey) {
      const isOld = nowMs - readAtMs > KEPT_MS
      if (!isOld && this.#byKey.size <= this.#max) continue
      if (!isOld) tooMany += 1
      this.#byKey.delete(key)
      keys.push(key)
    }
    return { keys, tooMany }
  }
}

export function answerKey(number: string, contact: string): string {
  return JSON.stringify(['answer', number, contact])
}
