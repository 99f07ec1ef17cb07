import { type X509Certificate } from 'node:crypto'

export const dialects = ['cloud', 'flat', '360dialog'] as const
export type Dialect = (typeof dialects)[number]

/** A secret and the name by which metrics and records say which one was used. */
export interface KeyedSecret {
  readonly id: string
  readonly secret: string
}

/** Whose certificates prove the origin; several at once, so that they can be replaced. */
export interface ClientAuthority {
  readonly id: string
  readonly certificates: readonly X509Certificate[]
}

export interface ClientCertificateStrategy {
  readonly kind: 'client_certificate'
  readonly authorities: readonly ClientAuthority[]
  /** Common names or DNS names, one of which the certificate must have; null takes any. */
  readonly names: readonly string[] | null
}

/** Where a signature stands, and what stands before its hex digits. */
export interface SignatureForm {
  /** In lower case, as Node names headers. */
  readonly header: string
  readonly prefix: string
}

/**
 * What Meta signs with
 * (developers.facebook.com/docs/graph-api/webhooks/getting-started, "Validating Payloads").
 */
export const META_SIGNATURE: SignatureForm = { header: 'x-hub-signature-256', prefix: 'sha256=' }

/** HMAC-SHA256 over the bytes of the body. */
export interface SignatureStrategy extends SignatureForm {
  readonly kind: 'hmac'
  readonly secrets: readonly KeyedSecret[]
}

/** One proof of origin. Any of its secrets will do, so that they can be rotated. */
export type Strategy =
  | SignatureStrategy
  | { readonly kind: 'path_token'; readonly secrets: readonly KeyedSecret[] }
  | { readonly kind: 'header'; readonly name: string; readonly secrets: readonly KeyedSecret[] }
  | ClientCertificateStrategy

/** The place where webhooks of one origin arrive: `/webhooks/<name>`. */
export interface Channel {
  readonly name: string
  readonly dialect: Dialect
  /** The number that flat bodies, which name none, belong to. */
  readonly numberId: string | null
  /** All of them must hold; there is at least one. */
  readonly strategies: readonly Strategy[]
  /** What `hub.verify_token` must be; null if the provider makes no handshake. */
  readonly verifyToken: string | null
}

/** The authorities of all channels, each certificate once, as PEM. */
export function clientAuthoritiesOf(channels: readonly Channel[]): readonly string[] {
  const certificates = channels
    .flatMap(({ strategies }) => strategies)
    .flatMap((strategy) => (strategy.kind === 'client_certificate' ? strategy.authorities : []))
    .flatMap((authority) => authority.certificates)
  return [...new Set(certificates.map(String))]
}
