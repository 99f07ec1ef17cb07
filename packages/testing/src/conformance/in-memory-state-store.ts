import { type StateMeta, type StateStore } from '@wabastream/processing'

/** The StateStore port on a Map. It survives `close`, so that a test can open it again. */
export function createInMemoryStateStore(): StateStore {
  const entries = new Map<string, Uint8Array>()
  let position: StateMeta | undefined
  return {
    get: (key) => entries.get(key),
    meta: () => position,
    apply(changes, meta) {
      for (const [key, value] of changes) {
        if (value === null) entries.delete(key)
        else entries.set(key, Uint8Array.from(value))
      }
      position = meta
    },
    scan(after, countMax) {
      const keys = [...entries.keys()].toSorted()
      return keys
        .filter((key) => after === undefined || key > after)
        .slice(0, countMax)
        .map((key) => [key, entries.get(key) ?? new Uint8Array()])
    },
    async wipe() {
      entries.clear()
      position = undefined
    },
    async close() {},
  }
}
