import assert from 'node:assert/strict'
import { type StateMeta, type StateStore } from '@wabastream/processing'
import fc from 'fast-check'
import { type ConformanceCase } from './conformance-case.ts'

const META: StateMeta = { changelogOffset: 7, writtenAtMs: 2_000 }
const LONG = 'x'.repeat(5_000)
const SCANNED = [
  ...Array.from({ length: 25 }, (_, index) => `key ${index}`),
  LONG,
  `${LONG}é`,
].toSorted()

const bytes = (text: string) => Buffer.from(text)

function read(store: StateStore, key: string): string | undefined {
  const value = store.get(key)
  return value === undefined ? undefined : Buffer.from(value).toString()
}

function put(store: StateStore, entries: Readonly<Record<string, string | null>>): void {
  const pairs = Object.entries(entries).map(
    ([key, value]) => [key, value === null ? null : bytes(value)] as const,
  )
  store.apply(new Map(pairs), META)
}

function scanAll(
  store: StateStore,
  countMax: number,
  onPage: (last: string) => void = () => {},
): readonly string[] {
  const seen: string[] = []
  for (;;) {
    assert.ok(seen.length <= SCANNED.length, 'the scan never ends')
    const page = store.scan(seen.at(-1), countMax)
    seen.push(...page.map(([key]) => key))
    if (page.length < countMax) return seen
    onPage(seen.at(-1) ?? '')
  }
}

/**
 * What every StateStore must do. The tests of an adapter run each case against a store that they
 * make.
 */
export const stateStoreCases: readonly ConformanceCase<StateStore>[] = [
  {
    title: 'is empty and has no position at first',
    verify(store) {
      assert.equal(read(store, 'a'), undefined)
      assert.equal(store.meta(), undefined)
      assert.deepEqual(store.scan(undefined, 5), [])
    },
  },
  {
    title: 'reads at once what was applied, and the position with it',
    verify(store) {
      put(store, { a: '1', b: '2' })
      assert.deepEqual(
        ['a', 'b', 'c'].map((key) => read(store, key)),
        ['1', '2', undefined],
      )
      assert.deepEqual(store.meta(), META)
      store.apply(new Map([['a', bytes('3')]]), { ...META, changelogOffset: 9 })
      assert.equal(read(store, 'a'), '3')
      assert.equal(store.meta()?.changelogOffset, 9)
    },
  },
  {
    title: 'moves the position without entries',
    verify(store) {
      store.apply(new Map(), META)
      assert.deepEqual(store.meta(), META)
    },
  },
  {
    title: 'deletes what is applied as null, whether it was there or not',
    verify(store) {
      put(store, { a: '1' })
      put(store, { a: null, never: null, [LONG]: null })
      assert.equal(read(store, 'a'), undefined)
      assert.deepEqual(store.scan(undefined, 5), [])
    },
  },
  {
    title: 'keeps the given bytes, whatever becomes of the buffer',
    verify(store) {
      const value = bytes('1')
      store.apply(new Map([['a', value]]), META)
      value.fill(0)
      assert.equal(read(store, 'a'), '1')
    },
  },
  {
    title: 'distinguishes keys, including long ones',
    verify(store) {
      const keys = [LONG, `${LONG}1`, `${LONG}2`, 'é'.repeat(600), 'x'.repeat(1_978), 'x']
      put(store, Object.fromEntries(keys.map((key, index) => [key, `${index}`])))
      assert.deepEqual(
        keys.map((key) => read(store, key)),
        ['0', '1', '2', '3', '4', '5'],
      )
      put(store, { [`${LONG}1`]: null })
      assert.deepEqual(
        keys.slice(0, 3).map((key) => read(store, key)),
        ['0', undefined, '2'],
      )
    },
  },
  {
    title: 'takes any well-formed text as a key',
    verify(store) {
      const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 400 })
      fc.assert(
        fc.property(fc.uniqueArray(key, { maxLength: 20 }), (keys) => {
          store.apply(new Map(keys.map((each) => [each, bytes(`=${each}`)])), META)
          assert.deepEqual(
            keys.map((each) => read(store, each)),
            keys.map((each) => `=${each}`),
          )
        }),
        { numRuns: 50 },
      )
    },
  },
  {
    title: 'takes values of any size, including empty ones',
    verify(store) {
      const values = [0, 1, 1_000, 100_000].map((size) => Buffer.alloc(size, 'v'))
      store.apply(new Map(values.map((value, index) => [`${index}`, value])), META)
      values.forEach((value, index) => {
        const found = store.get(`${index}`)
        assert.ok(found !== undefined && Buffer.compare(found, value) === 0)
      })
    },
  },
  {
    title: 'forgets everything when wiped, and continues',
    async verify(store) {
      put(store, { a: '1', [LONG]: '2' })
      await store.wipe()
      assert.deepEqual([read(store, 'a'), read(store, LONG)], [undefined, undefined])
      assert.equal(store.meta(), undefined)
      put(store, { a: '3' })
      assert.equal(read(store, 'a'), '3')
    },
  },
  ...[1, 4, 25, 100].map((countMax): ConformanceCase<StateStore> => ({
    title: `walks over every entry once, ${countMax} at a time`,
    verify(store) {
      put(store, Object.fromEntries(SCANNED.map((key) => [key, key])))
      assert.deepEqual(scanAll(store, countMax).toSorted(), SCANNED)
      for (const [key, value] of store.scan(undefined, 100)) {
        assert.equal(Buffer.from(value).toString(), key)
      }
    },
  })),
  {
    title: 'continues after a key that was deleted meanwhile',
    verify(store) {
      put(store, Object.fromEntries(SCANNED.map((key) => [key, key])))
      const seen = scanAll(store, 3, (last) => put(store, { [last]: null }))
      assert.deepEqual(seen.toSorted(), SCANNED)
    },
  },
]
