import { type CredentialReference } from '../numbers/number-entry.ts'
import { CredentialError, type CredentialStore } from './credential-store.ts'
import { createFileStore } from './file-store.ts'
import { type ClusterAccess, clusterAccessOf } from './secret-api.ts'
import { createSecretStore } from './secret-store.ts'

/**
 * The store that a number's credential refers to. Nothing is read yet. Throws a CredentialError
 * for a Secret outside a cluster, unless it is said where the API server is.
 */
export function openCredentialStore(
  reference: CredentialReference,
  env: Readonly<Record<string, string | undefined>>,
  access: ClusterAccess | undefined = clusterAccessOf(env),
): CredentialStore {
  if (reference.kind === 'file') return createFileStore(reference.path)
  if (access !== undefined) return createSecretStore(reference, access)
  throw new CredentialError(
    'credential_unreadable',
    `Secret ${reference.name} can be reached from inside the cluster only, by a pod whose service ` +
      'account may, such as the toolbox (docs/numbers.md, "On Kubernetes")',
  )
}
