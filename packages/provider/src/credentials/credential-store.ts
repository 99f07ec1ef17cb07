/**
 * The places for a number's key: the one in use, the one that replaces it while a rotation is under
 * way, and the one that was replaced until the rotation is over.
 */
export const slots = ['current', 'next', 'previous'] as const
export type Slot = (typeof slots)[number]

/** Null where there is none. */
export type StoredKeys = Readonly<Record<Slot, string | null>>

/** What to change: a key to put there, or null to remove what is there. */
export type KeyChanges = Partial<Record<Slot, string | null>>

/**
 * Where the key of a number lies. Messages of its errors hold no key.
 */
export interface CredentialStore {
  /** Where a key is, for people. */
  placeOf(slot: Slot): string
  /** Throws a CredentialError if it can't be read; a key that is not there is null. */
  read(): Promise<StoredKeys>
  /**
   * Puts one key in its place, durably, or removes what is there. Throws a CredentialError:
   * `credential_changed` if somebody else has changed the keys since they were read here.
   */
  put(slot: Slot, key: string | null): Promise<void>
  /**
   * Makes the next key the current one, and the current one the previous one. Whenever it is cut
   * short, there is a current key, and the next one is either there still or current. Throws
   * `credential_changed` if another key than the expected one is next; does nothing if it is the
   * current one already.
   */
  promote(expected: string): Promise<void>
  /** Throws a CredentialError if a key could not be put or promoted. What is stored stays. */
  checkWritable(): Promise<void>
  /**
   * Keeps other rotations of this key away, as far as the store can, until the returned function
   * is called. Throws `credential_busy` if another one is at it.
   */
  hold(options?: HoldOptions): Promise<() => Promise<void>>
}

export interface HoldOptions {
  /** To look whether it could be held now; where the store can tell, it is left unchanged. */
  readonly isDryRun?: boolean
  /** Called before it is watched for so long whether a rotation is under way or was cut short. */
  readonly onWait?: (error: CredentialError, waitMs: number) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * - `credential_busy`: another rotation of the same key is under way
 * - `credential_changed`: somebody else has changed the keys meanwhile; nothing was written
 */
export type CredentialErrorCode =
  | 'credential_unreadable'
  | 'credential_unwritable'
  | 'credential_busy'
  | 'credential_changed'

export class CredentialError extends Error {
  readonly code: CredentialErrorCode

  constructor(code: CredentialErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CredentialError'
    this.code = code
  }
}

/** Shorter ones are mistakes; longer ones are no keys. */
const KEY_LENGTH_MIN = 8
const KEY_LENGTH_MAX = 4_096
const KEY = /^[\x21-\x7e]+$/

/** What is wrong with a key that could not be sent; undefined if nothing is. */
export function keyProblem(key: string): string | undefined {
  if (key.length < KEY_LENGTH_MIN) return `has fewer than ${KEY_LENGTH_MIN} characters`
  if (key.length > KEY_LENGTH_MAX) return `has over ${KEY_LENGTH_MAX} characters`
  return KEY.test(key) ? undefined : 'holds what no header may hold'
}

/**
 * Whether the next key is yet to be made the current one: false if that is done. Throws
 * `credential_changed` if it is another one.
 */
export function isToPromote({ current, next }: StoredKeys, expected: string): boolean {
  if (next === expected) return current !== expected
  if (next === null && current === expected) return false
  throw new CredentialError(
    'credential_changed',
    'somebody else has just changed the keys, so nothing was put in use: run the command again',
  )
}

/** What is stored. A copy of the key in use is no next one: only a check of writing leaves it. */
export function toStoredKeys({ current, next, previous }: StoredKeys): StoredKeys {
  return { current, next: next === current ? null : next, previous }
}

/** The current key. Throws a CredentialError if there is none that can be used. */
export async function readCurrentKey(
  store: Pick<CredentialStore, 'placeOf' | 'read'>,
): Promise<string> {
  const { current } = await store.read()
  if (current === null) {
    throw new CredentialError(
      'credential_unreadable',
      `there is no key in ${store.placeOf('current')}`,
    )
  }
  const problem = keyProblem(current)
  if (problem === undefined) return current
  throw new CredentialError(
    'credential_unreadable',
    `the key in ${store.placeOf('current')} ${problem}`,
  )
}

/** The code of a system's error, without `instanceof`: it may come from another realm. */
export function codeOf(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded ? String(error.code) : 'unknown'
}
