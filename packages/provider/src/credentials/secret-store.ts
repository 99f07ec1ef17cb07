import {
  CredentialError,
  type CredentialStore,
  isToPromote,
  type KeyChanges,
  type Slot,
  slots,
  type StoredKeys,
  toStoredKeys,
} from './credential-store.ts'
import { createOwner } from './lock-owner.ts'
import {
  type ClusterAccess,
  createSecretApi,
  type Secret,
  type SecretReference,
} from './secret-api.ts'
import { holdSecret, isHeldBy, leaseTiming } from './secret-lease.ts'

/**
 * Keys in one Secret, under `<key>`, `<key>.next` and `<key>.previous`, read and changed through
 * the API server with `get` and `patch`.
 *
 * Every change names the version that was read last, so nobody writes over what another has just
 * written; an annotation keeps other rotations away meanwhile.
 */
export function createSecretStore(
  reference: SecretReference,
  access: ClusterAccess,
  timing = leaseTiming,
): CredentialStore {
  const { key: keyName, name } = reference
  const keyOf = (slot: Slot): string => (slot === 'current' ? keyName : `${keyName}.${slot}`)
  const api = createSecretApi(reference, access)
  const inTurn = createTurns()
  /** As it was read or written last. */
  let known: Secret | undefined
  let heldBy: string | undefined

  const read = (): Promise<StoredKeys> =>
    inTurn(async () => {
      known = await api.get()
      return toStoredKeys(keysIn(known))
    })

  async function change(changes: KeyChanges, { isDryRun } = { isDryRun: false }): Promise<void> {
    if (known === undefined) await read()
    await inTurn(async () => {
      const resourceVersion = known?.metadata.resourceVersion ?? ''
      const data = Object.fromEntries(
        slots.flatMap((slot) => {
          const key = changes[slot]
          return key === undefined ? [] : [[keyOf(slot), key === null ? null : encode(key)]]
        }),
      )
      const changed = await api.patch({ data, metadata: { resourceVersion } }, { isDryRun })
      if (!isDryRun) known = changed
    })
  }

  function keysIn({ data }: Secret): StoredKeys {
    const keyIn = (slot: Slot): string | null => {
      const text = Buffer.from(data?.[keyOf(slot)] ?? '', 'base64')
        .toString('utf8')
        .trim()
      return text === '' ? null : text
    }
    return { current: keyIn('current'), next: keyIn('next'), previous: keyIn('previous') }
  }

  /** Our own annotation is no change of the keys; what another has changed stays to be found. */
  function onWritten(before: Secret, after: Secret): void {
    if (known === undefined) return
    const [then, now] = [keysIn(known), keysIn(before)]
    if (slots.every((slot) => then[slot] === now[slot])) known = after
  }

  function assertStillHeld(): void {
    if (heldBy === undefined || known === undefined || isHeldBy(heldBy, known)) return
    const message = `Secret ${name}: another rotation has taken over: run the command again`
    throw new CredentialError('credential_changed', message)
  }

  return {
    placeOf: (slot) => `Secret ${name}, key ${keyOf(slot)}`,
    read,
    put: (slot, key) => change({ [slot]: key }),
    async promote(expected) {
      const keys = await read()
      if (!isToPromote(keys, expected)) return
      // All at once, and only if nobody has changed it meanwhile.
      await change({ current: expected, next: null, previous: keys.current })
    },
    async checkWritable() {
      const { current, next } = await read()
      assertStillHeld()
      await change({ next: next ?? current ?? 'a-key-to-be-made' }, { isDryRun: true })
    },
    async hold(options = {}) {
      const owner = createOwner()
      const release = await holdSecret({ name, owner, api, timing, inTurn, onWritten }, options)
      if (options.isDryRun === true) return release
      heldBy = owner
      return async () => {
        heldBy = undefined
        await release()
      }
    },
  }
}

function encode(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64')
}

/** Each work begins when the one before has ended, well or not. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
}
