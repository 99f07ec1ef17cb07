import {
  type NumberEntry,
  type NumberStatus,
  type Provider,
  ProviderError,
  readStatus,
} from '@wabastream/provider'
import { type Terminal } from '../output/terminal.ts'
import { adviceOnState, describeProviderError } from './advice.ts'
import { findNumbersToChange, type Selection, withProvider } from './numbers.ts'
import { describeUrl, renderState } from './render-numbers.ts'
import { errorToJson, statusToJson } from './to-json.ts'

interface Flags extends Selection {
  readonly json: boolean
  readonly dryRun: boolean
}

/** What is done to a number's webhook, and when that was right. */
interface Change {
  readonly verb: 'set' | 'remove'
  readonly make: (provider: Provider, number: NumberEntry) => Promise<void>
  readonly isAsWanted: (after: NumberStatus) => boolean
}

interface Outcome {
  readonly number: NumberEntry
  readonly before: NumberStatus
  /** Null if nothing was changed. */
  readonly after: NumberStatus | null
  readonly error: ProviderError | null
}

const setting: Change = {
  verb: 'set',
  make: (provider, { webhook }) => provider.setWebhook(webhook),
  isAsWanted: ({ state }) => state === 'ok',
}

const removal: Change = {
  verb: 'remove',
  make: (provider) => provider.removeWebhook(),
  isAsWanted: ({ error, from }) => error === null && from !== 'number',
}

export function setWebhooks(flags: Flags, terminal: Terminal): Promise<void> {
  return changeWebhooks(setting, flags, terminal)
}

export function removeWebhooks(flags: Flags, terminal: Terminal): Promise<void> {
  return changeWebhooks(removal, flags, terminal)
}

/** One number after the other, so that a mistake is seen before it has reached all of them. */
async function changeWebhooks(change: Change, flags: Flags, terminal: Terminal): Promise<void> {
  for (const number of findNumbersToChange(flags)) {
    const outcome = await withProvider(number, (provider) =>
      changeWebhook(provider, number, { change, isDryRun: flags.dryRun }),
    )
    const isGood =
      outcome.error === null && (outcome.after === null || change.isAsWanted(outcome.after))
    if (!isGood) process.exitCode = 1
    terminal.out(
      flags.json ? toJson(outcome, flags.dryRun) : render(outcome, { change, terminal, isGood }),
    )
  }
}

async function changeWebhook(
  provider: Provider,
  number: NumberEntry,
  { change, isDryRun }: { readonly change: Change; readonly isDryRun: boolean },
): Promise<Outcome> {
  const before = await readStatus(provider, number)
  const unchanged = { number, before, after: null }
  if (before.error !== null || isDryRun) return { ...unchanged, error: before.error }
  try {
    await change.make(provider, number)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { ...unchanged, error }
  }
  return { number, before, after: await readStatus(provider, number), error: null }
}

function render(
  { after, before, error, number }: Outcome,
  given: { readonly change: Change; readonly terminal: Terminal; readonly isGood: boolean },
): string {
  const { change, isGood, terminal } = given
  const { paint } = terminal
  const { alias } = number
  const { shownUrl } = number.webhook
  if (error !== null) {
    const what = `${alias}: the webhook was not ${change.verb === 'set' ? 'set' : 'removed'}`
    return `${paint.red(what)}: ${describeProviderError(number, error)}`
  }
  if (after === null) {
    const what =
      change.verb === 'set' ? `would set ${shownUrl}` : "would remove the number's own URL"
    return `${alias}: ${what} (now ${before.state}: ${describeUrl(before)}); nothing was changed`
  }
  const what = change.verb === 'set' ? `set ${shownUrl}` : "removed the number's own URL"
  const line = `${alias}: ${what} (before: ${describeUrl(before)}); now ${renderState(after, paint)}`
  if (change.verb === 'remove') return `${line}: ${describeUrl(after)}`
  const advice = isGood ? undefined : adviceOnState(number, after)
  return advice === undefined ? line : `${line}\n  ${advice}`
}

function toJson({ after, before, error, number }: Outcome, isDryRun: boolean): string {
  return JSON.stringify({
    alias: number.alias,
    isDryRun,
    before: statusToJson(number, before),
    after: after === null ? null : statusToJson(number, after),
    error: errorToJson(error),
  })
}
