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
  /** Puts one key in its place, durably, or removes what is there. Throws a CredentialError. */
  put(slot: Slot, key: string | null): Promise<void>
  /**
   * Makes the next key the current one, and the current one the previous one. Whenever it is cut
   * short, there is a current key, and the next one is either there still or current.
   */
  promote(): Promise<void>
}

export type CredentialErrorCode = 'credential_unreadable' | 'credential_unwritable'

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

/** The current key. Throws a CredentialError if there is none that can be used. */
export async function readCurrentKey(store: CredentialStore): Promise<string> {
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
