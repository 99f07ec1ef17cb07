import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createSignatureVerifier, type SignatureVerifier } from '@wabastream/whatsapp'
import {
  type Authentication, type Credentials, type KeyUse, type RejectionCause,
} from './authentication.ts'
import { createCertificateCheck } from './certificate-check.ts'
import {
  type Channel, type ClientCertificateStrategy, type KeyedSecret, type Strategy,
} from './channel.ts'

const SIGNATURE_HEADER = 'x-hub-signature-256'
const SIGNATURE = /^sha256=[0-9a-f]{64}$/i

export interface Authenticator {
  authenticate(channelName: string, credentials: Credentials, body: Uint8Array): Authentication
  /** Whether `token` is the channel's verify token. */
  checkVerifyToken(channelName: string, token: string): RejectionCause | null
}

type Check = (credentials: Credentials, body: Uint8Array) => KeyUse | RejectionCause

interface Gate {
  readonly channel: Channel
  readonly checks: readonly Check[]
  readonly isSigned: boolean
  readonly verifyToken: Uint8Array | null
}

/**
 * Checks the origin of webhooks. A name that is no channel is checked too, against secrets that
 * nobody has, so that neither the answer nor the time it takes tells which channels there are.
 */
export function createAuthenticator(channels: readonly Channel[]): Authenticator {
  const gates = new Map(channels.map((channel) => [channel.name, createGate(channel)]))
  const decoy = createGate(createDecoyChannel())
  const decoyCheck = decoy.checks[0]

  function authenticate(
    channelName: string, credentials: Credentials, body: Uint8Array,
  ): Authentication {
    const gate = gates.get(channelName) ?? decoy
    const { checks, channel, isSigned } = gate
    const keys: KeyUse[] = []
    let cause: RejectionCause | null = null
    for (const check of checks) {
      const result = check(credentials, body)
      if (typeof result === 'string') cause ??= result
      else keys.push(result)
    }
    if (cause === null) return { accepted: true, channel, keys }
    // A refusal always costs a look at the signature, also where the channel has none.
    if (!isSigned) decoyCheck?.(credentials, body)
    return { accepted: false, cause: gate === decoy ? 'unknown_channel' : cause }
  }

  function checkVerifyToken(channelName: string, token: string): RejectionCause | null {
    const gate = gates.get(channelName) ?? decoy
    const fits = timingSafeEqual(digest(token), gate.verifyToken ?? digest(''))
    if (gate === decoy) return 'unknown_channel'
    if (gate.verifyToken === null) return 'no_handshake'
    return fits ? null : 'wrong_verify_token'
  }

  return { authenticate, checkVerifyToken }
}

function createGate(channel: Channel): Gate {
  return {
    channel,
    checks: channel.strategies.map(createCheck),
    isSigned: channel.strategies.some((strategy) => strategy.kind === 'hmac'),
    verifyToken: channel.verifyToken === null ? null : digest(channel.verifyToken),
  }
}

function createDecoyChannel(): Channel {
  const secret = (): string => randomBytes(32).toString('hex')
  return {
    name: '',
    dialect: 'cloud',
    numberId: null,
    strategies: [{ kind: 'hmac', secrets: [{ id: 'decoy', secret: secret() }] }],
    verifyToken: secret(),
  }
}

function createCheck(strategy: Strategy): Check {
  switch (strategy.kind) {
    case 'hmac':
      return createSignatureCheck(strategy.secrets)
    case 'path_token': {
      const find = createSecretFinder(strategy)
      return ({ token }) => (token === null ? 'missing_token' : find(token) ?? 'wrong_token')
    }
    case 'header': {
      const find = createSecretFinder(strategy)
      return ({ headers }) => {
        const given = headers[strategy.name]
        return typeof given === 'string' ? find(given) ?? 'wrong_header' : 'missing_header'
      }
    }
    case 'client_certificate': {
      const check = createCertificateCheck(strategy)
      return ({ findCertificate }) => check(findCertificate?.() ?? null)
    }
  }
}

function createSignatureCheck(secrets: readonly KeyedSecret[]): Check {
  const verify: SignatureVerifier = createSignatureVerifier(secrets)
  const uses = new Map(secrets.map(({ id }) => [id, { strategy: 'hmac', keyId: id } as const]))
  return function checkSignature({ headers }, body) {
    const given = headers[SIGNATURE_HEADER]
    if (typeof given !== 'string') return 'missing_signature'
    const keyId = verify(body, given)
    if (keyId === null) return SIGNATURE.test(given) ? 'wrong_signature' : 'malformed_signature'
    return uses.get(keyId) ?? 'wrong_signature'
  }
}

/** Compares with every secret, all the way, through digests: they are of one length. */
function createSecretFinder(
  strategy: Exclude<Strategy, ClientCertificateStrategy>,
): (given: string) => KeyUse | undefined {
  const keys = strategy.secrets.map(({ id, secret }) => ({
    use: { strategy: strategy.kind, keyId: id }, digest: digest(secret),
  }))
  return function findSecret(given) {
    const givenDigest = digest(given)
    let found: KeyUse | undefined
    for (const key of keys) {
      if (timingSafeEqual(key.digest, givenDigest)) found ??= key.use
    }
    return found
  }
}

function digest(text: string): Uint8Array {
  return hash('sha256', text, 'buffer')
}
