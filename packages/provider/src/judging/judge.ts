import { type WebhookView } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'

/**
 * - `ok`: the number's own URL is ours, and what should be subscribed is
 * - `missing`: the provider has no URL to send to
 * - `foreign`: it sends elsewhere
 * - `inherited`: it sends to us by the setting of the account or application, which others change
 * - `key_invalid`: our key is refused, so the webhook may be gone with it
 * - `not_subscribed`: the URL is right, and fields are missing
 * - `unreachable`: the provider did not answer with anything that says more
 */
export const numberStates = [
  'ok',
  'missing',
  'foreign',
  'inherited',
  'key_invalid',
  'not_subscribed',
  'unreachable',
] as const
export type NumberState = (typeof numberStates)[number]

export interface Judgement {
  readonly state: NumberState
  /** Wanted fields that are not sent: some if, and only if, it is `not_subscribed`. */
  readonly missingFields: readonly string[]
}

export interface Wanted {
  readonly url: string
  readonly fields: readonly string[]
}

/** Says of what was seen, or of why it was not, in which state a number is. */
export function judge(seen: WebhookView | ProviderError, wanted: Wanted): Judgement {
  if (seen instanceof ProviderError) {
    return only(seen.kind === 'key_invalid' ? 'key_invalid' : 'unreachable')
  }
  const { from, subscribedFields, url } = seen
  if (url === null) return only('missing')
  if (!isSameUrl(url, wanted.url)) return only('foreign')
  const missingFields = missingOf(wanted.fields, subscribedFields)
  // Worse than a URL that is not our own: nothing arrives.
  if (missingFields.length > 0) return { state: 'not_subscribed', missingFields }
  return only(from === 'number' ? 'ok' : 'inherited')
}

function only(state: NumberState): Judgement {
  return { state, missingFields: [] }
}

function missingOf(
  wanted: readonly string[],
  subscribed: readonly string[] | null,
): readonly string[] {
  if (subscribed === null) return []
  const known = new Set(subscribed)
  return wanted.filter((field) => !known.has(field))
}

/** Whether both lead to the same place, however they are written. */
export function isSameUrl(left: string, right: string): boolean {
  const one = URL.parse(left)
  const other = URL.parse(right)
  return one !== null && other !== null && one.href === other.href
}
