import { keyProblem, type StoredKeys } from '../credentials/credential-store.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { RotationError } from './rotation-error.ts'

/**
 * Where a new key comes from: `given` by whoever made it; asked for from the `provider`; or from
 * `nowhere`, which goes on with a rotation that is under way.
 */
export type KeyOffer =
  | { readonly kind: 'given'; readonly key: string }
  | { readonly kind: 'provider' }
  | { readonly kind: 'nowhere' }

/**
 * Whether a new key is to be taken, or whether the rotation that is under way is gone on with.
 * `isRefused` asks the provider about a key. A provider is asked for no second key while the first
 * may still do: each revokes the one before.
 */
export async function isOffered(
  offer: KeyOffer,
  { current, next, previous }: StoredKeys,
  isRefused: (key: string) => Promise<boolean>,
): Promise<boolean> {
  switch (offer.kind) {
    case 'given': {
      const problem = keyProblem(offer.key)
      if (problem !== undefined) throw new RotationError('key_unusable', `the new key ${problem}`)
      return offer.key !== next && !(offer.key === current && next === null)
    }
    case 'provider': {
      const newest = next ?? (previous === null ? null : current)
      return newest === null || isRefused(newest)
    }
    case 'nowhere': {
      if (next === null && previous === null) {
        throw new RotationError('key_needed', 'no rotation is under way, so a new key is needed')
      }
      return false
    }
  }
}

/** The key that is offered, which the provider has accepted. */
export async function takeKey(
  offer: KeyOffer,
  provider: Pick<Provider, 'createKey'>,
  isRefused: (key: string) => Promise<boolean>,
): Promise<string> {
  if (offer.kind === 'given') {
    // Before it is stored: then what is stored has been good once.
    if (!(await isRefused(offer.key))) return offer.key
    throw new ProviderError('key_invalid', 'the provider refuses the new key')
  }
  if (provider.createKey === null) {
    const message = 'the provider has no API that makes keys, or no partner is configured for it'
    throw new RotationError('key_needed', message)
  }
  const key = await provider.createKey()
  const problem = keyProblem(key)
  if (problem === undefined) return key
  throw new ProviderError('answer_invalid', `the provider gave a key that ${problem}`)
}
