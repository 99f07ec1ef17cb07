/** Whose setting a webhook's URL is: the number's own, or one that the number falls back to. */
export const webhookOrigins = ['number', 'account', 'application'] as const
export type WebhookOrigin = (typeof webhookOrigins)[number]

/** Where the provider sends what concerns a number, as the provider itself says. */
export interface WebhookView {
  /** The URL that is in force; null if the provider has none to send to. */
  readonly url: string | null
  /** Whose setting that URL is; null if there is none. */
  readonly from: WebhookOrigin | null
  /**
   * Fields that are sent; empty if the account is not subscribed at all, null if the provider
   * cannot be asked.
   */
  readonly subscribedFields: readonly string[] | null
}

/** What a number's own webhook is set to. */
export interface WebhookSetting {
  readonly url: string
  /** What the provider sends in its handshake; null where it makes none. */
  readonly verifyToken: string | null
  /** Sent with each webhook, by providers that can: names and values, both secret. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A provider's own API, as seen for one number. Every method rejects with a ProviderError, within
 * the time limit of its requests; with the signal's reason once that is aborted.
 */
export interface Provider {
  readWebhook(signal?: AbortSignal): Promise<WebhookView>
  /** Sets the number's own URL, replacing a former one. A repeat changes nothing. */
  setWebhook(setting: WebhookSetting, signal?: AbortSignal): Promise<void>
  /** Removes the number's own URL; what it falls back to stays. A repeat changes nothing. */
  removeWebhook(signal?: AbortSignal): Promise<void>
  /**
   * Asks for a new key. Null where the provider has no API for it. The former keys end with it,
   * and with them the webhook.
   */
  readonly createKey: ((signal?: AbortSignal) => Promise<string>) | null
  /** Marks a message, and those before it, as read. A repeat changes nothing. */
  markRead(messageId: string, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}
