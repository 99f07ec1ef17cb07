import {
  CredentialError,
  type NumberEntry,
  type NumberStatus,
  type ProviderError,
  type RoundTrip,
} from '@wabastream/provider'
import { commandText, DEFAULT_DATA_DIRECTORY } from '../output/command-text.ts'
import { formatDuration, printable } from '../output/format.ts'

/** A command of `numbers` to paste. */
export function numbersText(...words: readonly string[]): string {
  return `\`${commandText(['numbers', ...words], DEFAULT_DATA_DIRECTORY)}\``
}

/** What went wrong at a provider, and what to do about it. */
export function describeProviderError(
  number: NumberEntry,
  error: ProviderError,
  options: { readonly isRotating?: boolean } = {},
): string {
  const { isRotating = false } = options
  return `${printable(error.message)}\n  ${adviceFor(number, error, isRotating)}`
}

function adviceOnAbsence({ api, provider }: NumberEntry, isRotating: boolean): string {
  const left =
    isRotating && provider === '360dialog'
      ? 'If a new key was made, the number has no webhook until this is run again'
      : 'What is set there stays in force meanwhile'
  return `the provider can't be asked: is the way out to ${api.host} open? ${left}`
}

function adviceFor(number: NumberEntry, error: ProviderError, isRotating: boolean): string {
  const { account, alias, api, id } = number
  switch (error.kind) {
    case 'key_invalid': {
      if (error.cause instanceof CredentialError) {
        return 'the provider was not asked: put right where the key lies, or who may read it there'
      }
      return (
        'the key is wrong, revoked, expired or lacks rights, and with it the webhook may be gone: ' +
        `make a new key, and give it to ${numbersText('rotate-key', alias)}`
      )
    }
    case 'url_refused': {
      return 'the provider takes only a public https address: see `webhook.url` in the file of numbers'
    }
    case 'handshake_failed': {
      return (
        'the provider asked our URL and did not get its challenge back: is the URL public, with a ' +
        'certificate that everybody trusts, and has the channel the same verifyToken? ' +
        `${numbersText('verify', alias)} asks it from here`
      )
    }
    case 'rate_limited': {
      const wait = error.retryAfterMs === null ? 'some minutes' : formatDuration(error.retryAfterMs)
      return `too many requests: run this again in ${wait}`
    }
    case 'not_found': {
      const accountText = account === null ? '' : ` and account ${account}`
      return `with this key, the provider knows no number ${id}${accountText}: check both, and the key's rights`
    }
    case 'refused': {
      return 'repeating it will not help: change what the provider names'
    }
    case 'unavailable': {
      return adviceOnAbsence(number, isRotating)
    }
    case 'answer_invalid': {
      return `this is no answer of the provider's API: is \`api\` (${api.host}) right?`
    }
  }
}

/** What to do about a state; undefined if nothing. */
export function adviceOnState(number: NumberEntry, status: NumberStatus): string | undefined {
  const { alias, application, provider } = number
  const set = numbersText('set-webhook', alias)
  switch (status.state) {
    case 'ok': {
      return undefined
    }
    case 'missing': {
      return `nothing is delivered: ${set}`
    }
    case 'foreign': {
      return `webhooks go elsewhere: ${set} takes them over`
    }
    case 'inherited': {
      return (
        `webhooks come by a setting of the ${status.from ?? 'account'}, which others can change: ` +
        `${set} gives the number its own`
      )
    }
    case 'not_subscribed': {
      const fields = status.missingFields.join(', ')
      const where =
        provider === 'cloud' && application !== null
          ? `in the settings of application ${application.id}`
          : 'at the provider'
      return `these fields are not sent: ${fields}. ${set} subscribes the account; fields are chosen ${where}`
    }
    case 'key_invalid':
    case 'unreachable': {
      return status.error === null ? undefined : describeProviderError(number, status.error)
    }
  }
}

export function describeRoundTrip(trip: RoundTrip): string {
  switch (trip.outcome) {
    case 'answered': {
      return `answered in ${formatDuration(trip.elapsedMs)}`
    }
    case 'failed': {
      return `failed: ${printable(trip.reason)}`
    }
    case 'unasked': {
      return 'not asked: there is no verifyToken to ask with'
    }
  }
}
