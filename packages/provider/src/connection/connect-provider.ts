import { type Environment } from '@wabastream/service-host'
import { createCloudProvider } from '../cloud/cloud-provider.ts'
import { readCurrentKey } from '../credentials/credential-store.ts'
import { openCredentialStore } from '../credentials/open-store.ts'
import { createDialog360Provider } from '../dialog360/dialog360-provider.ts'
import { type ReadKey } from '../http/key-holder.ts'
import { type NumberEntry, type ProviderName } from '../numbers/number-entry.ts'
import { createOnpremProvider } from '../onprem/onprem-provider.ts'
import { type Provider } from '../port/provider.ts'

export interface ProviderOptions {
  /**
   * Reads the number's key: when it is first needed, and again when the provider refuses it, so
   * that a rotated key is found.
   */
  readonly readKey: ReadKey
  /** From a request to the end of its answer. */
  readonly timeoutMs?: number
}

type Connect = (number: NumberEntry, options: ProviderOptions) => Provider

const adapters: Readonly<Record<ProviderName, Connect>> = {
  cloud: createCloudProvider,
  '360dialog': createDialog360Provider,
  onprem: createOnpremProvider,
}

/** The API of a number's provider. Nothing is sent yet. Close it in the end. */
export function connectProvider(number: NumberEntry, options: ProviderOptions): Provider {
  return adapters[number.provider](number, options)
}

/** The same, with the key that lies where the number's credential says. */
export function connectNumber(
  number: NumberEntry,
  env: Environment,
  options: Omit<ProviderOptions, 'readKey'> = {},
): Provider {
  const readKey = async (): Promise<string> =>
    readCurrentKey(openCredentialStore(number.credential, env))
  return connectProvider(number, { ...options, readKey })
}
