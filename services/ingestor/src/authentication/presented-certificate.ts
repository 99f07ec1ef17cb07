import { X509Certificate } from 'node:crypto'
import { type IncomingMessage } from 'node:http'
import { type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { splitPem } from '@wabastream/channels'
import { type TlsSettings } from '../tls/tls-settings.ts'

/** The certificate that a client showed, with proof that it has the key. */
export interface PresentedCertificate {
  readonly leaf: X509Certificate
  /** Its issuer, the issuer's issuer and so on, as far as they are known. */
  readonly issuers: readonly X509Certificate[]
  /** It is valid now, and leads to an authority that some channel trusts. */
  readonly isAuthorized: boolean
  /** The authorities (PEM) that include that one; empty if that is not known. */
  readonly checkedAgainst: readonly string[]
}

export type FindCertificate = (request: IncomingMessage) => PresentedCertificate | null

const ISSUERS_MAX = 8
const FORWARDED_MAX = 64

/**
 * Finds the certificate of a client: in its TLS connection, or, only if `header` names one, in that
 * header, which a trusted ingress sets for each request.
 */
export function createCertificateFinder(
  header: string | undefined,
  tls: Pick<TlsSettings, 'authoritiesOf'> | null,
): FindCertificate {
  if (header !== undefined) return createHeaderFinder(header.toLowerCase())
  return tls === null ? () => null : createSocketFinder(tls)
}

function createSocketFinder(tls: Pick<TlsSettings, 'authoritiesOf'>): FindCertificate {
  const found = new WeakMap<Socket, PresentedCertificate | null>()
  return function findInConnection({ socket }) {
    let certificate = found.get(socket)
    if (certificate === undefined) {
      certificate = readSocket(socket, tls.authoritiesOf(socket))
      found.set(socket, certificate)
    }
    return certificate
  }
}

function readSocket(
  socket: Socket,
  checkedAgainst: readonly string[],
): PresentedCertificate | null {
  if (!(socket instanceof TLSSocket)) return null
  const leaf = socket.getPeerX509Certificate()
  if (leaf === undefined) return null
  const issuers: X509Certificate[] = []
  let issuer = leaf.issuerCertificate
  while (issuer !== undefined && issuers.length < ISSUERS_MAX) {
    issuers.push(issuer)
    issuer = issuer.issuerCertificate
  }
  return { leaf, issuers, isAuthorized: socket.authorized, checkedAgainst }
}

function createHeaderFinder(header: string): FindCertificate {
  const known = new Map<string, PresentedCertificate | null>()
  return function findInHeader({ headers }) {
    const text = headers[header]
    if (typeof text !== 'string' || text === '') return null
    let certificate = known.get(text)
    if (certificate === undefined) {
      certificate = parseForwarded(text)
      if (known.size >= FORWARDED_MAX) known.clear()
      known.set(text, certificate)
    }
    return certificate
  }
}

/** PEM in percent-encoding, the leaf first: what nginx, Envoy and load balancers hand on. */
export function parseForwarded(text: string): PresentedCertificate | null {
  try {
    const [leaf, ...issuers] = splitPem(decodeURIComponent(text))
      .slice(0, ISSUERS_MAX)
      .map((pem) => new X509Certificate(pem))
    if (leaf === undefined) return null
    return { leaf, issuers, isAuthorized: true, checkedAgainst: [] }
  } catch {
    return null
  }
}
