/** Whose interface a number is reached by, and whose habits its webhooks have. */
export type ProviderKind = 'cloud-api' | '360dialog' | 'on-premises'

export interface ProviderNumber {
  readonly provider: ProviderKind
  /** Phone number id; for 360dialog also the id of the channel. */
  readonly numberId: string
  readonly displayNumber: string
  /** Of the WhatsApp Business Account; numbers of one account share what is set for it. */
  readonly accountId: string
  /** Bearer token, `D360-API-KEY`, or password of user `admin`; made up when it is left out. */
  readonly key?: string
  /** Where its webhooks go from the beginning, without a handshake. */
  readonly webhookUrl?: string
  /** Messages that it may send per second; 80 when it is left out, as most numbers may. */
  readonly messagesPerSecondMax?: number
  /** Sent along with every webhook of the number, as 360dialog allows. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface ProviderApp {
  readonly id: string
  /** Signs the webhooks of the Cloud API; with the id it is the app's access token. */
  readonly secret: string
  readonly callbackUrl?: string
  readonly verifyToken?: string
  /** Fields that the app has subscribed to; others are not sent. */
  readonly fields: readonly string[]
}

export interface SimulatedProviderOptions {
  /** Port on 127.0.0.1; any free one when it is left out. */
  readonly port?: number
  readonly numbers: readonly ProviderNumber[]
  readonly app?: Partial<ProviderApp>
  /** Signs the webhooks of 360dialog. */
  readonly platformSecret?: string
  /** 360dialog's partner and the key of its API. */
  readonly partner?: { readonly id: string; readonly key: string }
  /** Every wait takes a part of its time: 60 makes a minute a second. */
  readonly timeFactor?: number
  /** Webhooks that the queue of a number holds. */
  readonly queueMax?: number
  /** Maximum number of webhooks of a number under way at once. */
  readonly concurrency?: number
  /** Time within which a webhook has to be answered. */
  readonly answerTimeoutMs?: number
  /** Accepts a certificate that nobody vouches for. */
  readonly insecure?: boolean
  readonly seed?: string
  readonly observer?: ProviderObserver
}

/** Told of what becomes of each webhook; called in the order in which it happens. */
export interface ProviderObserver {
  readonly onAttempt?: (outcome: AttemptOutcome) => void
  readonly onOverflow?: (webhook: OutgoingWebhook) => void
  readonly onExpired?: (webhook: OutgoingWebhook) => void
}

export interface AttemptOutcome {
  readonly webhook: OutgoingWebhook
  /** 0 when there was no answer in time. */
  readonly status: number
  readonly attempts: number
  readonly elapsedMs: number
  readonly headers: Readonly<Record<string, string>>
}

/** One request to be made, with the name of everything in it. */
export interface OutgoingWebhook {
  readonly numberId: string
  readonly body: Buffer
  readonly updates: readonly Update[]
}

/** A message, a status, an error, or the value of another field. */
export interface Update {
  readonly kind: UpdateKind
  /** Message id and status, or the field. */
  readonly name: string
}

export type UpdateKind = 'message' | 'status' | 'error' | 'field' | 'unread'

/** Fields that the app of an example has subscribed to. */
export const subscribedFields: readonly string[] = [
  'account_alerts',
  'account_update',
  'calls',
  'history',
  'messages',
  'message_template_quality_update',
  'message_template_status_update',
  'phone_number_quality_update',
  'smb_message_echoes',
  'template_category_update',
  'user_preferences',
]

export const defaultApp: ProviderApp = {
  id: '670843887433847',
  secret: 'simulated-app-secret',
  fields: subscribedFields,
}
