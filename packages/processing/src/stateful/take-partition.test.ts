import { describe, expect, it } from '@jest/globals'
import { type StateStore, type TakeContext } from '../ports/ports.ts'
import { type StatefulOptions } from './stateful-options.ts'
import { takePartition } from './take-partition.ts'

// A partition is taken away while it is taken here: every wait ends, and nothing stays open.

const input = { topic: 'events', partition: 0 }
const ignore = (): void => undefined

/**
 * Ports, one of which waits until it is closed, as a fencing or a read does when a broker is away.
 */
function scene(waiting: 'fence' | 'read') {
  const open = new Set<string>()
  const [begun, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<never>()]
  closed.promise.catch(ignore)
  const wait = async (): Promise<never> => {
    begun.resolve()
    return await closed.promise
  }
  const close = async (name: string): Promise<void> => {
    open.delete(name)
    if (name !== 'store') closed.reject(new Error('closed'))
  }
  const options: StatefulOptions<string, string> = {
    ...unused,
    createWriter() {
      open.add('writer')
      return {
        fence: async () => {
          if (waiting === 'fence') await wait()
        },
        write: async () => [],
        close: () => close('writer'),
      }
    },
    createReader() {
      open.add('reader')
      return { readToEnd: wait, close: () => close('reader') }
    },
    openStore() {
      open.add('store')
      return { ...emptyStore, close: () => close('store') }
    },
  }
  return { options, open, begun: begun.promise }
}

describe('the taking of a partition', () => {
  it.each(['fence', 'read'] as const)('ends when it is taken away during %s', async (waiting) => {
    const { begun, open, options } = scene(waiting)
    const taken = new AbortController()
    const { signal } = taken
    const context: TakeContext = {
      signal,
      isStale: () => signal.aborted,
      heartbeat: async () => undefined,
    }
    const taking = takePartition(input, options, context)
    await begun
    expect(open).toContain('writer')
    taken.abort()
    await expect(taking).rejects.toThrow('closed')
    expect([...open]).toEqual([])
  })
})

const emptyStore: StateStore = {
  get: () => undefined,
  apply: ignore,
  meta: () => undefined,
  scan: () => [],
  wipe: async () => undefined,
  close: async () => undefined,
}

const unused: StatefulOptions<string, string> = {
  groupId: 'g',
  changelogTopic: 'states',
  serde: {
    isPrepared: () => true,
    prepare: async () => undefined,
    decode: () => undefined,
    decodeState: () => '',
    encodeState: () => new Uint8Array(),
  },
  processor: {
    keyOf: (event) => event,
    receivedAtOf: () => 0,
    sourceOf: () => 0,
    lastReceivedAtOf: () => 0,
    process: () => ({ state: '', forwards: [], notes: [] }),
  },
  createWriter: () => {
    throw new Error('not here')
  },
  createReader: () => {
    throw new Error('not here')
  },
  openStore: () => {
    throw new Error('not here')
  },
  readCommittedOffset: async () => 5,
  readBounds: async () => ({ startOffset: 0, endOffset: 9 }),
  reject: async () => undefined,
  limits: {
    runRecordsMax: 1,
    runBytesMax: 1,
    expiryMs: 1,
    sweepSizeMax: 1,
    cacheAgeMaxMs: 1,
    sourceCount: 1,
    silenceMaxMs: 1,
    sweepDelayMs: 1,
  },
  waitMs: async () => undefined,
  now: () => 0,
  observer: {
    taking: ignore,
    taken: ignore,
    released: ignore,
    restoring: ignore,
    restored: ignore,
    waiting: ignore,
    committed: ignore,
    failed: ignore,
    halted: ignore,
  },
}
