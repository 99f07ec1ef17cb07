/** Where to begin with a destination that is new. A number is a time (ms since 1970). */
export type Beginning = 'now' | 'beginning' | number

/**
 * `none`: as many at once as allowed. `per_number`: webhooks of a business number one after
 * another, in the order in which they were received.
 */
export type Order = 'none' | 'per_number'

/** Addresses that are refused unless a destination allows them by this name. */
export const guardedAddresses = ['loopback', 'metadata'] as const
export type GuardedAddress = (typeof guardedAddresses)[number]

/** Certificate and key (PEM) that we show, and the authorities (PEM) that we believe. */
export interface DestinationTls {
  readonly certificate: string | null
  readonly key: string | null
  readonly authorities: string | null
}

/** An application that webhooks are handed on to. */
export interface Destination {
  readonly name: string
  readonly url: URL
  /** Names of channels; null for all but the canary's and our own. */
  readonly channels: ReadonlySet<string> | null
  /** Ids of business numbers; null for all. */
  readonly numbers: ReadonlySet<string> | null
  /** A webhook goes on whole if it has one of these fields; null for all. */
  readonly fields: ReadonlySet<string> | null
  readonly from: Beginning
  readonly order: Order
  /** Requests at once, of one process. */
  readonly parallel: number
  readonly timeoutMs: number
  /** Requests a second, of one process; null for no limit. */
  readonly ratePerSecond: number | null
  /** Tries after which a webhook that is answered with 4xx is a dead letter. */
  readonly refusedAfter: number
  /** Tries after which one that fails alone, while others are accepted, is a dead letter. */
  readonly failedAfter: number
  /** Sent with each request, for instance to authenticate it: name, value, name, value. */
  readonly headers: readonly string[]
  /** Key of our own signature (Standard Webhooks); null for none. */
  readonly signingKey: Uint8Array | null
  readonly tls: DestinationTls
  readonly allow: ReadonlySet<GuardedAddress>
}
