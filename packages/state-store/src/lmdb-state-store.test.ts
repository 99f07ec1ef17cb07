import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type StateStore } from '@wabastream/processing'
import { spawnGuarded, stateStoreCases } from '@wabastream/testing'
import { openLmdbStateStore } from './lmdb-state-store.ts'

const META = { changelogOffset: 7, writtenAtMs: 2_000 }

let directory: string
const opened: StateStore[] = []

function open(bootId?: string): StateStore {
  const store = openLmdbStateStore({ directory, ...(bootId === undefined ? {} : { bootId }) })
  opened.push(store)
  return store
}

function put(store: StateStore, key: string, changelogOffset: number): void {
  store.apply(new Map([[key, Buffer.from(key)]]), { ...META, changelogOffset })
}

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'wabastream-state-')), 'p0')
})
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(join(directory, '..'), { recursive: true, force: true })
})

describe('LMDB state store', () => {
  it.each(stateStoreCases)('$title', ({ verify }) => verify(open()))
})

describe('LMDB state store, opened again', () => {
  it('holds what it held, even under another boot, if it was closed', async () => {
    const store = open('boot 1')
    put(store, 'a', 7)
    await store.close()
    const again = open('boot 2')
    expect(again.get('a')).toEqual(Buffer.from('a'))
    expect(again.meta()).toEqual(META)
  })

  it('holds what it held under the same boot, although it was never closed', () => {
    put(open('boot 1'), 'a', 7)
    expect(open('boot 1').meta()).toEqual(META)
  })

  it('is empty under another boot if it was never closed: pages may be missing', () => {
    put(open('boot 1'), 'a', 7)
    const again = open('boot 2')
    expect([again.get('a'), again.meta()]).toEqual([undefined, undefined])
  })

  it("is empty when the folder is a copy of another's", async () => {
    const store = openLmdbStateStore({ directory, identity: 'events-0' })
    put(store, 'a', 7)
    await store.close()
    const other = openLmdbStateStore({ directory, identity: 'events-1' })
    opened.push(other)
    expect([other.get('a'), other.meta()]).toEqual([undefined, undefined])
  })

  it('is empty when its file was cut short after it was closed', async () => {
    const store = open()
    put(store, 'a', 7)
    await store.close()
    const file = join(directory, 'state.mdb')
    truncateSync(file, statSync(file).size / 2)
    expect(open().meta()).toBeUndefined()
  })

  it('fails as damaged, and is empty the next time, when pages are gone', () => {
    const store = open('boot 1')
    for (let index = 0; index < 400; index++) put(store, `key ${index}`.padEnd(200), index)
    const file = join(directory, 'state.mdb')
    writeFileSync(file, readFileSync(file).fill(0, 8_192))
    expect(() => open('boot 1').get('key 7'.padEnd(200))).toThrow(
      expect.objectContaining({ code: 'damaged' }),
    )
    expect(open('boot 1').meta()).toBeUndefined()
  })

  it('shuts the older owner out', () => {
    const [older, newer] = [open('boot 1'), open('boot 1')]
    put(newer, 'a', 9)
    expect(() => put(older, 'b', 8)).toThrow(expect.objectContaining({ code: 'taken_over' }))
    expect([newer.get('b'), newer.meta()?.changelogOffset]).toEqual([undefined, 9])
  })

  it('cannot be applied to when closed', async () => {
    const store = open()
    await store.close()
    expect(() => put(store, 'a', 1)).toThrow(expect.objectContaining({ code: 'closed' }))
  })

  it('grows far beyond its first size, in many batches', () => {
    const store = open()
    const value = Buffer.alloc(4_000, 'v')
    for (let batch = 0; batch < 50; batch += 1) {
      const keys = Array.from({ length: 500 }, (_, index) => `${batch} ${index}`)
      store.apply(new Map(keys.map((key) => [key, value])), META)
    }
    expect(store.get('0 0')).toHaveLength(4_000)
    expect(store.get('49 499')).toHaveLength(4_000)
  })
})

describe('LMDB state store, whose process is killed in mid-write,', () => {
  it('has whole batches only, and the position of the last one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const writer = spawnGuarded(
        process.execPath,
        [new URL('../test-programs/write-batches.ts', import.meta.url).pathname, directory],
        { env: {} },
      )
      for await (const chunk of writer.stdout) {
        if (String(chunk).includes('batch')) break
      }
      writer.kill('SIGKILL')
      await once(writer, 'close')
      const store = open()
      const batch = store.meta()?.changelogOffset
      expect(batch).toBeGreaterThan(0)
      for (const [, value] of store.scan(undefined, 1_000)) {
        expect(Buffer.from(value).toString()).toBe(`${batch}`)
      }
      await store.close()
    }
  })
})
