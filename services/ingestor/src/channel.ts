export const dialects = ['cloud', 'flat', '360dialog'] as const
export type Dialect = (typeof dialects)[number]

/** A secret and the name by which metrics and records tell which one was used. */
export interface KeyedSecret {
  readonly id: string
  readonly secret: string
}

/** One proof of origin. Any of its secrets will do, so that they can be rotated. */
export type Strategy =
  | { readonly kind: 'hmac'; readonly secrets: readonly KeyedSecret[] }
  | { readonly kind: 'path_token'; readonly secrets: readonly KeyedSecret[] }
  | { readonly kind: 'header'; readonly name: string; readonly secrets: readonly KeyedSecret[] }

/** Where webhooks of one origin come in: `/webhooks/<name>`. */
export interface Channel {
  readonly name: string
  readonly dialect: Dialect
  /** The number that flat bodies, which name none, belong to. */
  readonly numberId: string | null
  /** All of them must hold; there is at least one. */
  readonly strategies: readonly Strategy[]
  /** What `hub.verify_token` must be; null where the provider makes no handshake. */
  readonly verifyToken: string | null
}
