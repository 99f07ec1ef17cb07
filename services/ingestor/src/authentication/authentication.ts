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

/** What a request brings as proof, besides its body. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders
  /** Secret part of the address, if there is one. */
  readonly token: string | null
  /** The client's, if it showed one. Looked for only where it matters. */
  readonly findCertificate?: () => PresentedCertificate | null
}

/** A secret that fitted. */
export interface KeyUse {
  readonly strategy: Strategy['kind']
  readonly keyId: string
}

/**
 * What can be said of a request before its body is read. `vouched`: it proved all that is asked for
 * besides the body. `open`: nobody can say before its signature was looked at.
 */
export type EarlyVerdict =
  | { readonly kind: 'vouched' | 'open' }
  | { readonly kind: 'refused'; readonly cause: RejectionCause }

export type Authentication =
  | { readonly accepted: true; readonly channel: Channel; readonly keys: readonly KeyUse[] }
  | { readonly accepted: false; readonly cause: RejectionCause }
