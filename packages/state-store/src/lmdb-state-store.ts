import { randomUUID } from 'node:crypto'
import { type StateMeta, type StateStore } from '@wabastream/processing'
import { type Database } from 'lmdb'
import { readBootId } from './boot-id.ts'
import { StateStoreError } from './errors.ts'
import {
  closeEnvironment, type LmdbEnvironment, openEnvironment, removeEnvironment,
} from './lmdb-environment.ts'
import { hashKey, isLongKey, packEntry, unpackEntry } from './long-keys.ts'

const META_KEY = 'meta'
const OWNER_KEY = 'owner'

export interface LmdbStateStoreOptions {
  /** Made when it is missing; owned by the store as a whole. */
  readonly directory: string
  /** Of the machine; given in tests alone. */
  readonly bootId?: string
}

/**
 * State in one LMDB file. Survives the death of the process at any moment; after a loss of power
 * it comes back empty. Opened twice, the older is shut out: its next `apply` fails as `taken_over`.
 */
export function openLmdbStateStore({ directory, bootId }: LmdbStateStoreOptions): StateStore {
  return new LmdbStateStore(directory, bootId ?? readBootId())
}

class LmdbStateStore implements StateStore {
  readonly #directory: string
  readonly #bootId: string
  readonly #owner = Buffer.from(randomUUID())
  #environment: LmdbEnvironment
  #isClosed = false

  constructor(directory: string, bootId: string) {
    this.#directory = directory
    this.#bootId = bootId
    this.#environment = this.#open()
  }

  get(key: string): Uint8Array | undefined {
    const { entries, longEntries } = this.#environment
    if (!isLongKey(key)) {
      const shared = entries.getBinaryFast(key)
      // LMDB's read buffer is larger than its `length`, which it overrides: not for others to see.
      return shared?.subarray(0, shared.length)
    }
    const packed = longEntries.get(hashKey(key))
    if (packed === undefined) return undefined
    const [storedKey, value] = unpackEntry(packed)
    return storedKey === key ? value : undefined
  }

  apply(changes: ReadonlyMap<string, Uint8Array | null>, meta: StateMeta): void {
    if (this.#isClosed) throw new StateStoreError('closed', 'the state store was closed')
    const environment = this.#environment
    environment.root.transactionSync(() => {
      // A process that lost the partition may wake up late and must not take the state back.
      if (!environment.meta.get(OWNER_KEY)?.equals(this.#owner)) {
        throw new StateStoreError('taken_over', `another process opened ${this.#directory}`)
      }
      for (const [key, value] of changes) writeEntry(environment, key, value)
      void environment.meta.put(META_KEY, Buffer.from(JSON.stringify(meta)))
    })
  }

  meta(): StateMeta | undefined {
    const stored = this.#environment.meta.get(META_KEY)
    return stored === undefined ? undefined : parseMeta(stored)
  }

  scan(
    after: string | undefined,
    countMax: number,
  ): readonly (readonly [string, Uint8Array])[] {
    const { entries, longEntries } = this.#environment
    const isInLong = after !== undefined && isLongKey(after)
    const short = isInLong ? [] : readBehind(entries, after, countMax)
    const hash = isInLong ? hashKey(after) : undefined
    const long = readBehind(longEntries, hash, countMax - short.length)
    return [...short, ...long.map(([, packed]) => unpackEntry(packed))]
  }

  async wipe(): Promise<void> {
    await removeEnvironment(this.#environment, this.#directory)
    this.#environment = this.#open()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await closeEnvironment(this.#environment, this.#directory)
  }

  #open(): LmdbEnvironment {
    const environment = openEnvironment(this.#directory, this.#bootId)
    environment.meta.putSync(OWNER_KEY, this.#owner)
    return environment
  }
}

function writeEntry(
  { entries, longEntries }: LmdbEnvironment,
  key: string,
  value: Uint8Array | null,
): void {
  const isLong = isLongKey(key)
  const database = isLong ? longEntries : entries
  const storedKey = isLong ? hashKey(key) : key
  // Inside a synchronous transaction these act at once; their promises say nothing more.
  if (value === null) void database.remove(storedKey)
  else void database.put(storedKey, isLong ? packEntry(key, value) : toBuffer(value))
}

function readBehind(
  database: Database<Buffer, string>,
  after: string | undefined,
  countMax: number,
): (readonly [string, Buffer])[] {
  if (countMax <= 0) return []
  const range = after === undefined
    ? database.getRange({ limit: countMax })
    : database.getRange({ start: after, exclusiveStart: true, limit: countMax })
  return Array.from(range, ({ key, value }) => [key, value] as const)
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function parseMeta(stored: Buffer): StateMeta {
  const { changelogOffset, streamTimeMs, writtenAtMs }: StateMeta = JSON.parse(stored.toString())
  return { changelogOffset, streamTimeMs, writtenAtMs }
}
