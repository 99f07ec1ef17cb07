import {
  type CredentialStore,
  type KeyOffer,
  type NumberEntry,
  planSteps,
  type Provider,
  readFacts,
  type StoredKeys,
  waitFor,
} from '@wabastream/provider'
import { formatDuration } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { stepTexts } from './step-texts.ts'

export interface Plan {
  readonly number: NumberEntry
  readonly store: CredentialStore
  /** As they are stored now. */
  readonly keys: StoredKeys
  readonly offer: KeyOffer
  readonly connect: (key: string) => Provider
  readonly signal: AbortSignal
}

/** Whether another rotation is under way can take a while to tell: people are told so. */
interface Waiting {
  readonly onWait: (error: Error, waitMs: number) => void
  readonly signal: AbortSignal
}

interface Output {
  readonly json: boolean
  readonly terminal: Terminal
}

/**
 * Says which steps a rotation would take, and changes nothing. Throws a CredentialError where the
 * rotation could not store its key, or is under way already.
 */
export async function planRotation(plan: Plan, { json, terminal }: Output): Promise<void> {
  const { connect, keys, number, offer, signal, store } = plan
  const onRetry = (error: Error, waitMs: number): void =>
    terminal.note(`${error.message}; trying again in ${formatDuration(waitMs)}`)
  if (offer.kind === 'provider') await checkWritable(store, { onWait: onRetry, signal })
  const options = { connect, number, offer, onRetry, signal, wait: waitFor }
  const steps = planSteps(await readFacts(options, keys))
  if (json) {
    terminal.out(JSON.stringify({ alias: number.alias, isDryRun: true, steps }))
    return
  }
  const texts = stepTexts(number, store, offer)
  terminal.out(`${number.alias}: would, in this order (nothing was changed):`)
  for (const [position, step] of steps.entries()) {
    terminal.out(`  ${position + 1}. ${texts[step]}`)
  }
}

/** A plan that ends the former key and could not store the new one is none. */
async function checkWritable(store: CredentialStore, waiting: Waiting): Promise<void> {
  const release = await store.hold({ ...waiting, isDryRun: true })
  try {
    await store.checkWritable()
  } finally {
    await release()
  }
}
