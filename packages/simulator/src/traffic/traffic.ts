export type JsonObject = { readonly [name: string]: unknown }

export type Credential =
  | { readonly kind: 'hmac'; readonly secret: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'path'; readonly token: string }

export interface SimulatedNumber {
  readonly numberId: string
  readonly displayNumber: string
}

/**
 * A channel, which the provider calls a webhook subscription. A flat channel carries one number.
 */
export interface SimulatedChannel {
  readonly name: string
  readonly dialect: 'cloud' | 'flat'
  readonly accountId: string
  readonly numbers: readonly SimulatedNumber[]
  readonly credential: Credential
}

export type TrafficKind =
  | 'outbound'
  | 'group'
  | 'inbound'
  | 'echo'
  | 'error'
  | 'account'
  | 'call'
  | 'payment'
  | 'history'

/** One item of a webhook: a message, a status, an error, or the value of another field. */
export interface Occurrence {
  readonly kind: TrafficKind
  readonly numberId: string
  /** Webhook field; a flat body can hold only `messages`. */
  readonly field: string
  /** List of the value that holds the item; null when `item` is the whole value. */
  readonly list: string | null
  readonly item: JsonObject
  /** Goes into `contacts` beside the item. */
  readonly contact: JsonObject | null
}

/** What the provider sends in one piece: one occurrence, or the statuses of a group at once. */
export interface Parcel {
  readonly channel: string
  /** When the provider has it ready. */
  readonly atMs: number
  readonly occurrences: readonly Occurrence[]
}

/** One request to be made. */
export interface Delivery {
  readonly channel: string
  /** When all parcels of it were ready. */
  readonly readyMs: number
  /** Orders the requests; later than `readyMs` when the provider was slow or tried again. */
  readonly dueMs: number
  readonly occurrences: readonly Occurrence[]
}

export interface SimulatedWebhook {
  readonly channel: string
  /** Path and, if the channel is secured that way, its token. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
