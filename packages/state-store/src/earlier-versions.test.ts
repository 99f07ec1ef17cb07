import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Database, open } from 'lmdb'
import { isLongKey } from './long-keys.ts'
import { openEnvironment, closeEnvironment, placeOf } from './lmdb-environment.ts'

// Goal: a state file that an earlier version wrote is read, changed and walked over as its own.
// Method: those versions opened the same database with the default keys of lmdb.

const directory = mkdtempSync(join(tmpdir(), 'wabastream-state-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const anyKey = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
    fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '\u0000', '\u0004') }),
    fc.string({ maxLength: 100 }).map((text) => `15:106541284601750,58:wamid.HBgLMTY1MDU2${text}`),
    fc.string({ maxLength: 300, unit: 'grapheme' }).map((text) => `1:${text}`),
  )
  .filter((key) => !isLongKey(key))
const someKeys = fc.uniqueArray(anyKey, { minLength: 1, maxLength: 400 })

function put(database: Database<Buffer, string>, keys: readonly string[], mark: string): void {
  database.transactionSync(() => {
    for (const key of keys) void database.put(key, Buffer.from(`${mark} ${key}`))
  })
}

const keysOf = (database: Database<Buffer, string>) => [...database.getKeys()]

describe('the state of an earlier version', () => {
  it('holds the same keys in the same order, before and after it is written to', async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(someKeys, someKeys, async (old, fresh) => {
        const place = placeOf(join(directory, String(round++)), 'state')
        const environment = openEnvironment(place, 'boot')
        await closeEnvironment(environment, place)
        const before = open({ path: place.dataFile, encoding: 'binary' })
        const earlier = before.openDB<Buffer, string>({ name: 'entries', encoding: 'binary' })
        put(earlier, old, 'old')
        const order = keysOf(earlier)
        await before.close()

        const now = openEnvironment(place, 'boot')
        expect(keysOf(now.entries)).toEqual(order)
        put(now.entries, fresh, 'new')
        const marks = new Map<string, string>()
        for (const key of old) marks.set(key, 'old')
        for (const key of fresh) marks.set(key, 'new')
        for (const [key, mark] of marks) {
          expect(now.entries.get(key)?.toString()).toBe(Buffer.from(`${mark} ${key}`).toString())
        }
        const merged = keysOf(now.entries)
        expect(new Set(merged)).toEqual(new Set(marks.keys()))
        await now.root.close()

        const back = open({ path: place.dataFile, encoding: 'binary' })
        const again = back.openDB<Buffer, string>({ name: 'entries', encoding: 'binary' })
        expect(keysOf(again)).toEqual(merged)
        for (const key of marks.keys()) expect(again.get(key)).toBeDefined()
        await back.close()
      }),
      { numRuns: 60 },
    )
  })
})
