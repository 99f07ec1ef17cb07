import { type X509Certificate } from 'node:crypto'
import { type KeyUse, type RejectionCause } from './authentication.ts'
import { type ClientAuthority, type ClientCertificateStrategy } from '@wabastream/channels'
import { type PresentedCertificate } from './presented-certificate.ts'

/** Why a certificate may be trusted, and for how long. */
interface Trust {
  readonly keyId: string
  readonly fromMs: number
  readonly toMs: number
  readonly hasName: boolean
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ANY_PURPOSE = '2.5.29.37.0'

/**
 * Checks the certificate of a client against the authorities of one channel. TLS has checked it
 * against those of all channels at once, so a certificate that leads to another channel's authority
 * is found here.
 */
export function createCertificateCheck(strategy: ClientCertificateStrategy) {
  const known = new WeakMap<X509Certificate, Trust | null>()
  const uses = new Map<string, KeyUse>()
  /** One for all connections: uses are counted by it. */
  const useOf = (keyId: string): KeyUse => {
    const use = uses.get(keyId) ?? { strategy: 'client_certificate', keyId }
    uses.set(keyId, use)
    return use
  }
  return function checkCertificate(
    presented: PresentedCertificate | null,
  ): KeyUse | RejectionCause {
    if (presented === null) return 'missing_certificate'
    let trust = known.get(presented.leaf)
    if (trust === undefined) {
      trust = findTrust(presented, strategy)
      known.set(presented.leaf, trust)
    }
    const nowMs = Date.now()
    if (trust === null || nowMs < trust.fromMs || nowMs > trust.toMs) {
      return 'untrusted_certificate'
    }
    return trust.hasName ? useOf(trust.keyId) : 'wrong_certificate_name'
  }
}

function findTrust(
  presented: PresentedCertificate,
  { authorities, names }: ClientCertificateStrategy,
): Trust | null {
  const { isAuthorized, leaf } = presented
  if (!isAuthorized || !isForClients(leaf)) return null
  const found = findChain(presented, authorities)
  if (found !== null) return toTrust(found.keyId, found.chain, hasName(leaf, names))
  if (!isOneOfOurs(presented, authorities)) return null
  return toTrust(authorities.map(({ id }) => id).join('|'), [leaf], hasName(leaf, names))
}

/**
 * Whether TLS has checked the certificate only against authorities of this channel. Node 24.21
 * does not show a server the chain that a client sends (nodejs/node#65579): then this is enough.
 */
function isOneOfOurs(
  { checkedAgainst }: PresentedCertificate,
  authorities: readonly ClientAuthority[],
): boolean {
  const ours = new Set(authorities.flatMap(({ certificates }) => certificates.map(String)))
  return checkedAgainst.length > 0 && checkedAgainst.every((authority) => ours.has(authority))
}

function findChain(
  { issuers, leaf }: PresentedCertificate,
  authorities: readonly ClientAuthority[],
): { readonly keyId: string; readonly chain: readonly X509Certificate[] } | null {
  const chain = [leaf]
  let last = leaf
  for (const next of [...issuers, null]) {
    const authority = authorities
      .flatMap(({ certificates, id }) => certificates.map((certificate) => ({ certificate, id })))
      .find(({ certificate }) => isIssuedBy(last, certificate))
    if (authority !== undefined) {
      return { keyId: authority.id, chain: [...chain, authority.certificate] }
    }
    if (next === null || !isIssuedBy(last, next)) return null
    chain.push(next)
    last = next
  }
  return null
}

function toTrust(keyId: string, chain: readonly X509Certificate[], isNamed: boolean): Trust {
  return {
    keyId,
    fromMs: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())),
    toMs: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
    hasName: isNamed,
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isForClients(leaf: X509Certificate): boolean {
  const purposes = leaf.keyUsage
  // The type says that there are always some, but there are none if the extension is missing.
  if (!Array.isArray(purposes)) return true
  return purposes.includes(CLIENT_AUTH) || purposes.includes(ANY_PURPOSE)
}

/** Whether one of the names is the subject's common name or one of its DNS names. */
function hasName(leaf: X509Certificate, names: readonly string[] | null): boolean {
  if (names === null) return true
  const { CN: commonName } = leaf.toLegacyObject().subject
  return names.some(
    (name) =>
      name === commonName ||
      leaf.checkHost(name, { subject: 'never', wildcards: false }) !== undefined,
  )
}
