/** Providers whose APIs are known. */
export const providerNames = ['cloud', '360dialog', 'onprem'] as const
export type ProviderName = (typeof providerNames)[number]

/** Where the key of a number lies. It must be a place that can be written, to rotate the key. */
export type CredentialReference =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'kubernetes_secret'
      readonly name: string
      readonly key: string
      /** Null for that of the pod. */
      readonly namespace: string | null
    }

/** The application through which a number's webhooks come (Cloud API). */
export interface Application {
  readonly id: string
  /** With it, the application's fields can be asked for; null if they are not to be. */
  readonly secret: string | null
}

/** The API through which a partner of 360dialog makes keys. */
export interface Partner {
  readonly api: URL
  readonly id: string
  /** 360dialog's own id of the number. */
  readonly channel: string
  readonly key: string
}

/** The webhook that a number should have. */
export interface WantedWebhook {
  /** Complete: with the path token, which is a secret, if there is one. */
  readonly url: string
  /** The same without it, for people. */
  readonly shownUrl: string
  /** That token, as the URL has it. */
  readonly pathToken: string | null
  readonly verifyToken: string | null
  /** What the provider should send with each webhook (360dialog). */
  readonly headers: Readonly<Record<string, string>>
}

/** A number, its provider, and where its webhooks should go. */
export interface NumberEntry {
  /** Names it for people and in metrics. */
  readonly alias: string
  readonly provider: ProviderName
  /**
   * What the number's webhooks name as `phone_number_id`, with 360dialog too; on premises, where
   * they name none, the `numberId` of the channel. Marks of what was read are matched by it.
   */
  readonly id: string
  /** The WhatsApp Business account (WABA); null if it is not to be asked about. */
  readonly account: string | null
  readonly application: Application | null
  readonly partner: Partner | null
  /** Base of the provider's API. */
  readonly api: URL
  /** Authorities of that API (PEM), instead of those that Node knows; null for Node's. */
  readonly authorities: string | null
  readonly credential: CredentialReference
  readonly webhook: WantedWebhook
  /** Fields that should be subscribed. */
  readonly fields: readonly string[]
}
