import { type StoredKeys } from '../credentials/credential-store.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { isOffered, type KeyOffer } from './key-offer.ts'
import { isPassing, type Wait, withRetries } from './retries.ts'
import { type RotationFacts } from './rotation-step.ts'

/** What is needed to ask a provider about a key. */
export interface AskOptions extends Patience {
  /** The provider, as seen with that key. */
  readonly connect: (key: string) => Provider
}

export interface Patience {
  readonly onRetry: (error: Error, waitMs: number) => void
  readonly wait: Wait
  readonly signal?: AbortSignal
}

/** What is known before the first step. */
export async function readFacts(
  options: AskOptions & { readonly number: NumberEntry; readonly offer: KeyOffer },
  keys: StoredKeys,
): Promise<RotationFacts> {
  const { number, offer } = options
  const hasNext = keys.next !== null
  const hasPrevious = keys.previous !== null
  return {
    isOffered: await isOffered(offer, keys, (key) => isRefused(options, key)),
    isTaken: hasNext || hasPrevious || offer.kind === 'given',
    hasNext,
    hasPrevious,
    isUrlSet: false,
    isSeen: false,
    isAnswered: false,
    revokesFormer: number.provider === '360dialog',
  }
}

/** Whether the provider refuses the key. Throws if it can't be asked, ever again. */
export async function isRefused(options: AskOptions, key: string): Promise<boolean> {
  const provider = options.connect(key)
  try {
    await retrying(options, () => provider.readWebhook(options.signal), isPassing)
    return false
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'key_invalid') return true
    throw error
  } finally {
    await provider.close()
  }
}

/** Tries again, as `withRetries`, with the patience of the rotation. */
export function retrying<T>(
  { onRetry, signal, wait }: Patience,
  work: () => Promise<T>,
  isTransient: (error: unknown) => error is Error,
): Promise<T> {
  return withRetries(work, { wait, signal, onRetry, isTransient })
}
