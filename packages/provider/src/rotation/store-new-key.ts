import { CredentialError, type CredentialStore } from '../credentials/credential-store.ts'
import { RotationError } from './rotation-error.ts'

/**
 * Stores a key that the provider has just made, which ended the former one: nobody has it but this
 * process. Tries again whatever the reason, unless a key that somebody else made still later lies
 * there. Throws a RotationError, `key_lost`.
 */
export async function storeNewKey(
  store: CredentialStore,
  key: string,
  context: {
    /** Whether the provider refuses a key. */
    readonly isRefused: (key: string) => Promise<boolean>
    readonly retrying: <T>(
      work: () => Promise<T>,
      isTransient: (error: unknown) => error is Error,
    ) => Promise<T>
  },
): Promise<void> {
  try {
    await context.retrying(async () => {
      try {
        await store.put('next', key)
      } catch (error) {
        if (!isChanged(error)) throw error
        const { current, next } = await store.read()
        for (const other of [next, current]) {
          if (other !== null && other !== key && !(await context.isRefused(other))) {
            throw new RotationError('not_proven', 'somebody else has just replaced this key', error)
          }
        }
        throw error
      }
    }, isCredentialError)
  } catch (error) {
    if (!isCredentialError(error)) throw error
    throw new RotationError('key_lost', messageOf(error), error)
  }
}

function isChanged(error: unknown): boolean {
  return isCredentialError(error) && error.code === 'credential_changed'
}

function isCredentialError(error: unknown): error is CredentialError {
  return error instanceof CredentialError
}

function messageOf(error: CredentialError): string {
  return (
    `the provider made a new key, which could not be stored and is lost (${error.message}). The ` +
    'former key has ended with it, and the number has no webhook. Make that place writable, then ' +
    'run the same command again: it has another key made, and sets the webhook'
  )
}
