import { setTimeout as delay } from 'node:timers/promises'
import { CredentialError, type HoldOptions } from './credential-store.ts'
import { describeOwner, isEnded } from './lock-owner.ts'
import { type Secret, type SecretApi } from './secret-api.ts'

/** Names who rotates a key of this Secret, and when that was said last. */
export const LEASE_ANNOTATION = 'wabastream/rotation'

export interface LeaseTiming {
  readonly renewEveryMs: number
  /** Who has not renewed it while it was watched for so long has ended. */
  readonly staleAfterMs: number
}

/** Renewed four times before anybody takes it over. */
export const leaseTiming: LeaseTiming = { renewEveryMs: 5_000, staleAfterMs: 20_000 }
const POLLS = 20
const TRIES_MAX = 5

export interface SecretLeaseOptions {
  readonly name: string
  /** As of `createOwner`. */
  readonly owner: string
  readonly api: SecretApi
  readonly timing: LeaseTiming
  /** Does one thing with the Secret after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** Called with the Secret before and after each change of the annotation. */
  readonly onWritten: (before: Secret, after: Secret) => void
}

/**
 * Keeps other rotations of the Secret's keys away by an annotation, which needs no other right than
 * the keys themselves. It is written only in the version that was read, so one of two wins. No
 * clock of another machine is trusted: an annotation that is found is watched, and taken over if
 * nobody renews it. Throws `credential_busy` if somebody does, or has just come to the end: then
 * what was wanted has been done.
 */
export async function holdSecret(
  options: SecretLeaseOptions,
  { isDryRun = false, onWait, signal }: HoldOptions = {},
): Promise<() => Promise<void>> {
  const { api, inTurn, name, owner, timing } = options
  let watched: { readonly lease: string; readonly sinceMs: number } | undefined
  for (let tries = 0; tries < TRIES_MAX;) {
    const found = await inTurn(() => api.get())
    const lease = leaseOf(found)
    if (watched !== undefined && lease !== watched.lease) {
      throw busy(name, lease ?? watched.lease, { hasEnded: lease === undefined })
    }
    if (lease !== undefined && !isEnded(lease)) {
      if (watched === undefined) {
        watched = { lease, sinceMs: performance.now() }
        onWait?.(busy(name, lease), timing.staleAfterMs)
      }
      if (performance.now() - watched.sinceMs < timing.staleAfterMs) {
        await pause(timing.staleAfterMs / POLLS, signal)
        continue
      }
    }
    const next = { lease: leaseText(owner), isDryRun }
    if (await inTurn(() => isWritten(options, found, next))) {
      return isDryRun ? async () => {} : keep(options)
    }
    tries += 1
  }
  throw new CredentialError(
    'credential_changed',
    `Secret ${name} is changed by others all the time`,
  )
}

/** Whether the lease of a Secret is that of this owner. */
export function isHeldBy(owner: string, secret: Secret): boolean {
  return leaseOf(secret)?.startsWith(`${owner} `) === true
}

/** Renews it until the returned function is called, which lets it go. */
function keep(options: SecretLeaseOptions): () => Promise<void> {
  const { api, inTurn, owner, timing } = options

  async function write(lease: () => string | null): Promise<void> {
    await inTurn(async () => {
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const found = await api.get()
        if (!isHeldBy(owner, found)) return
        if (await isWritten(options, found, { lease: lease(), isDryRun: false })) return
      }
    })
  }

  // What can't be renewed or removed is taken over by who finds it; the keys themselves are
  // written only in the version that was read.
  const attempt = (lease: () => string | null): Promise<void> =>
    write(lease).catch((error: unknown) => {
      if (!(error instanceof CredentialError)) throw error
    })
  let isRenewing = false
  const renew = async (): Promise<void> => {
    // A slow server is not to be given one renewal after the other, before a key's turn.
    if (isRenewing) return
    isRenewing = true
    await attempt(() => leaseText(owner)).finally(() => {
      isRenewing = false
    })
  }
  const renewing = setInterval(() => void renew(), timing.renewEveryMs)
  renewing.unref()
  return async () => {
    clearInterval(renewing)
    await attempt(() => null)
  }
}

/** False if somebody else has changed the Secret meanwhile. */
async function isWritten(
  { api, onWritten }: SecretLeaseOptions,
  found: Secret,
  { isDryRun, lease }: { readonly lease: string | null; readonly isDryRun: boolean },
): Promise<boolean> {
  const { resourceVersion } = found.metadata
  const metadata = { resourceVersion, annotations: { [LEASE_ANNOTATION]: lease } }
  try {
    const after = await api.patch({ metadata }, { isDryRun })
    if (!isDryRun) onWritten(found, after)
    return true
  } catch (error) {
    if (error instanceof CredentialError && error.code === 'credential_changed') return false
    throw error
  }
}

function leaseOf({ metadata }: Secret): string | undefined {
  return metadata.annotations?.[LEASE_ANNOTATION]
}

function leaseText(owner: string): string {
  return `${owner} ${new Date().toISOString()}`
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  signal?.throwIfAborted()
}

function busy(name: string, lease: string, { hasEnded } = { hasEnded: false }): CredentialError {
  const holder = `${describeOwner(lease)}; annotation ${LEASE_ANNOTATION} of Secret ${name}`
  const message = hasEnded
    ? `another rotation of this key has just ended (${holder}): is one more wanted?`
    : `another rotation of this key is under way (${holder})`
  return new CredentialError('credential_busy', message)
}
