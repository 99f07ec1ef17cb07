import { type ProviderApp } from '../options/provider-options.ts'

/**
 * Fields whose webhooks go to the URL of a number or an account when it has one; all others always
 * go to the app's.
 *
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
const overridableFields: ReadonlySet<string> = new Set([
  'messages',
  'message_echoes',
  'calls',
  'consumer_profile',
  'messaging_handovers',
  'standby',
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
  'smb_message_echoes',
  'smb_app_state_sync',
  'history',
  'account_settings_update',
])

export function isOverridable(field: string): boolean {
  return overridableFields.has(field)
}

/** What the Cloud API knows of webhooks: the app's own, and what each account and number has. */
export class Subscription {
  readonly id: string
  readonly secret: string
  callbackUrl: string | undefined
  verifyToken: string | undefined
  fields: ReadonlySet<string>
  readonly #accounts = new Map<string, Account>()

  constructor(app: ProviderApp) {
    this.id = app.id
    this.secret = app.secret
    this.callbackUrl = app.callbackUrl
    this.verifyToken = app.verifyToken
    this.fields = new Set(app.fields)
  }

  /** Subscribed to the app from the beginning. */
  addAccount(accountId: string): void {
    if (this.#accounts.has(accountId)) return
    this.#accounts.set(accountId, { isSubscribed: true, overrideUrl: undefined })
  }

  account(accountId: string): Account | undefined {
    return this.#accounts.get(accountId)
  }

  /** Where the webhooks of an account go unless a number has a URL of its own. */
  accountUrl(accountId: string): string | undefined {
    return this.#accounts.get(accountId)?.overrideUrl ?? this.callbackUrl
  }

  isSubscribed(accountId: string): boolean {
    return this.#accounts.get(accountId)?.isSubscribed === true
  }
}

export interface Account {
  isSubscribed: boolean
  overrideUrl: string | undefined
}
