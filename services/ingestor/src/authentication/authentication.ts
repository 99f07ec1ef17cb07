import { type IncomingHttpHeaders } from 'node:http'
import { type Channel, type Strategy } from '@wabastream/channels'
import { type PresentedCertificate } from './presented-certificate.ts'

/** Why a request is answered 401. */
export type RejectionCause =
  | 'unknown_channel'
  | 'missing_signature'
  | 'malformed_signature'
  | 'wrong_signature'
  | 'missing_token'
  | 'wrong_token'
  | 'missing_header'
  | 'wrong_header'
  | 'missing_certificate'
  | 'untrusted_certificate'
  | 'wrong_certificate_name'
  | 'no_handshake'
  | 'wrong_verify_token'
  | 'malformed_handshake'

/** The proof that a request brings, besides its body. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders
  /** Secret part of the address, if there is one. */
  readonly token: string | null
  /** The client's certificate, if it showed one. It is looked for only if it matters. */
  readonly findCertificate?: () => PresentedCertificate | null
}

/** A secret that matched. */
export interface KeyUse {
  readonly strategy: Strategy['kind']
  readonly keyId: string
}

/**
 * What is known about a request before its body is read. `vouched`: it proved everything that does
 * not depend on the body. `open`: that is unknown until its signature is checked.
 */
export type EarlyVerdict =
  | { readonly kind: 'vouched' | 'open' }
  | { readonly kind: 'refused'; readonly cause: RejectionCause }

export type Authentication =
  | { readonly accepted: true; readonly channel: Channel; readonly keys: readonly KeyUse[] }
  | { readonly accepted: false; readonly cause: RejectionCause }
