import { type NumberEntry } from '../numbers/number-entry.ts'
import { secretsOf } from '../numbers/secrets-of.ts'
import { type Provider, type WebhookOrigin } from '../port/provider.ts'
import { ProviderError, withoutSecrets } from '../port/provider-error.ts'
import { isSameUrl, type Judgement, judge } from './judge.ts'

/** In which state a number is, and why. Fit for people and for `--json`. */
export interface NumberStatus extends Judgement {
  readonly alias: string
  /** As configured, without a path token. */
  readonly wantedUrl: string
  /** What the provider has, without what may be a secret in it; null if nothing, or unknown. */
  readonly providerUrl: string | null
  readonly from: WebhookOrigin | null
  /** What went wrong; null if nothing did. */
  readonly error: ProviderError | null
}

/** Asks the provider, and judges. Throws only once `signal` is aborted. */
export async function readStatus(
  provider: Pick<Provider, 'readWebhook'>,
  number: NumberEntry,
  signal?: AbortSignal,
): Promise<NumberStatus> {
  const { alias, fields, webhook } = number
  const common = { alias, wantedUrl: webhook.shownUrl }
  const wanted = { url: webhook.url, fields }
  try {
    const view = await provider.readWebhook(signal)
    const providerUrl = view.url === null ? null : showUrl(view.url, number)
    return { ...common, ...judge(view, wanted), providerUrl, from: view.from, error: null }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { ...common, ...judge(error, wanted), providerUrl: null, from: null, error }
  }
}

const SHOWN_LENGTH_MAX = 300
/** As a URL has it. */
const ELLIPSIS = encodeURIComponent('…')

/** A URL of the provider's answer: ours as we show it, others without query, user and secrets. */
function showUrl(text: string, number: NumberEntry): string {
  const { webhook } = number
  if (isSameUrl(text, webhook.url)) return webhook.shownUrl
  const url = URL.parse(text)
  if (url === null) return 'what is no URL'
  // A former path token of ours may be behind the path that we know, be it at another host.
  const base = webhook.pathToken === null ? null : new URL('.', webhook.url).pathname
  if (base !== null && base !== '/' && url.pathname.startsWith(base)) url.pathname = `${base}…`
  const shown = withoutSecrets(toShown(url), secretsOf(number)).replaceAll(ELLIPSIS, '…')
  return shown.slice(0, SHOWN_LENGTH_MAX)
}

function toShown({ host, pathname, protocol, search }: URL): string {
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`
}
