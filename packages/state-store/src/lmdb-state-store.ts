import { randomUUID } from 'node:crypto'
import { type StateMeta, type StateStore } from '@wabastream/processing'
import { type Database } from 'lmdb'
import { readBootId } from './boot-id.ts'
import { StateStoreError } from './errors.ts'
import {
  closeEnvironment,
  isDamage,
  type LmdbEnvironment,
  openEnvironment,
  placeOf,
  removeEnvironment,
} from './lmdb-environment.ts'
import { hashKey, isLongKey, packEntry, unpackEntry } from './long-keys.ts'
import { markDamaged, type StorePlace } from './usage-marker.ts'

const META_KEY = 'meta'
const OWNER_KEY = 'owner'

export interface LmdbStateStoreOptions {
  /** Made if it is missing; all of it belongs to the store. */
  readonly directory: string
  /**
   * What it is the state of. A folder that holds another state, such as a misplaced copy, begins
   * empty.
   */
  readonly identity?: string
  /** Id of the machine's boot; only tests pass it. */
  readonly bootId?: string
}

/**
 * State in one LMDB file. Survives the death of the process at any moment; after a loss of power it
 * comes back empty. If its file turns out to be damaged, calls fail as `damaged`, and the next time
 * it is empty, too. If it is opened twice, the older instance is shut out: its next `apply` fails
 * as `taken_over`.
 */
export function openLmdbStateStore(options: LmdbStateStoreOptions): StateStore {
  const { bootId, directory, identity = 'state' } = options
  return new LmdbStateStore(placeOf(directory, identity), bootId ?? readBootId())
}

class LmdbStateStore implements StateStore {
  readonly #place: StorePlace
  readonly #bootId: string
  readonly #owner = Buffer.from(randomUUID())
  #environment: LmdbEnvironment
  #isClosed = false
  #isDamaged = false

  constructor(place: StorePlace, bootId: string) {
    this.#place = place
    this.#bootId = bootId
    this.#environment = this.#guarded(() => this.#open())
  }

  get(key: string): Uint8Array | undefined {
    return this.#guarded(() => this.#get(key))
  }

  #get(key: string): Uint8Array | undefined {
    const { entries, longEntries } = this.#environment
    if (!isLongKey(key)) {
      const shared = entries.getBinaryFast(key)
      // LMDB's read buffer is larger than its `length`, which it overrides; others must not see
      // that.
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
    this.#guarded(() =>
      environment.root.transactionSync(() => {
        // A process that lost the partition may wake up late and must not take the state back.
        if (!environment.meta.get(OWNER_KEY)?.equals(this.#owner)) {
          throw new StateStoreError('taken_over', `another process opened ${this.#place.directory}`)
        }
        for (const [key, value] of changes) writeEntry(environment, key, value)
        void environment.meta.put(META_KEY, Buffer.from(JSON.stringify(meta)))
      }),
    )
  }

  meta(): StateMeta | undefined {
    return this.#guarded(() => {
      const stored = this.#environment.meta.get(META_KEY)
      return stored === undefined ? undefined : parseMeta(stored)
    })
  }

  scan(after: string | undefined, countMax: number): readonly (readonly [string, Uint8Array])[] {
    return this.#guarded(() => this.#scan(after, countMax))
  }

  #scan(after: string | undefined, countMax: number): readonly (readonly [string, Uint8Array])[] {
    const { entries, longEntries } = this.#environment
    const isInLong = after !== undefined && isLongKey(after)
    const short = isInLong ? [] : readBehind(entries, after, countMax)
    const hash = isInLong ? hashKey(after) : undefined
    const long = readBehind(longEntries, hash, countMax - short.length)
    return [...short, ...long.map(([, packed]) => unpackEntry(packed))]
  }

  async wipe(): Promise<void> {
    await removeEnvironment(this.#environment, this.#place.directory)
    this.#environment = this.#open()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#isDamaged) await this.#environment.root.close()
    else await closeEnvironment(this.#environment, this.#place)
  }

  /** The next taker of the partition, after such an error, begins with an empty store. */
  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#isDamaged = true
      markDamaged(this.#place)
      const message = `the state in ${this.#place.directory} is damaged`
      throw new StateStoreError('damaged', message, { cause: error })
    }
  }

  #open(): LmdbEnvironment {
    const environment = openEnvironment(this.#place, this.#bootId)
    try {
      environment.meta.putSync(OWNER_KEY, this.#owner)
    } catch (error) {
      void environment.root.close()
      throw error
    }
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
  const range =
    after === undefined
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
  const { changelogOffset, writtenAtMs }: StateMeta = JSON.parse(stored.toString())
  return { changelogOffset, writtenAtMs }
}
