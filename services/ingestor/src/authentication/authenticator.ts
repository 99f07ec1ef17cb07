import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  createDigestReader,
  createSignatureVerifier,
  type DigestReader,
} from '@wabastream/whatsapp'
import {
  type Authentication,
  type Credentials,
  type EarlyVerdict,
  type KeyUse,
  type RejectionCause,
} from './authentication.ts'
import { createCertificateCheck } from './certificate-check.ts'
import {
  type Channel,
  type ClientCertificateStrategy,
  type KeyedSecret,
  META_SIGNATURE,
  type SignatureForm,
  type SignatureStrategy,
  type Strategy,
} from '@wabastream/channels'

export interface Authenticator {
  /**
   * Checks without the body. A request without a signature is refused or vouched for; one with a
   * signature, in a form that any of the channels takes, is never refused. So whether a body is
   * read reveals nothing about single channels.
   */
  judgeEarly(channelName: string, credentials: Credentials): EarlyVerdict
  authenticate(channelName: string, credentials: Credentials, body: Uint8Array): Authentication
  /** Whether `token` is the channel's verify token. */
  checkVerifyToken(channelName: string, token: string): RejectionCause | null
}

type EarlyCheck = (credentials: Credentials) => KeyUse | RejectionCause
type Check = (credentials: Credentials, body: Uint8Array) => KeyUse | RejectionCause
type EarlyStrategy = Exclude<Strategy, SignatureStrategy>
type FindProblem = (credentials: Credentials) => RejectionCause | null

interface Gate {
  readonly channel: Channel
  readonly checks: readonly Check[]
  /** The strategies that need no body. */
  readonly earlyChecks: readonly EarlyCheck[]
  /** What the form of its signature lacks; null if the channel asks for none. */
  readonly findSignatureProblem: FindProblem | null
  readonly verifyToken: Uint8Array | null
}

/**
 * Checks the origin of webhooks. The name of an unknown channel is checked, too, against secrets
 * that nobody has, so that neither the answer nor its time shows which channels there are.
 */
export function createAuthenticator(channels: readonly Channel[]): Authenticator {
  const gates = new Map(channels.map((channel) => [channel.name, createGate(channel)]))
  const decoy = createGate(createDecoyChannel())
  const decoyCheck = decoy.checks[0]
  const hasSignature = createSignatureFinder([decoy.channel, ...channels])
  const findDecoy = createSecretFinder({ kind: 'path_token', secrets: [createDecoySecret()] })

  function judgeEarly(channelName: string, credentials: Credentials): EarlyVerdict {
    const gate = gates.get(channelName) ?? decoy
    const { earlyChecks, findSignatureProblem } = gate
    let cause: RejectionCause | null = null
    for (const check of earlyChecks) {
      const result = check(credentials)
      if (typeof result === 'string') cause ??= result
    }
    if (hasSignature(credentials)) {
      return { kind: cause === null && earlyChecks.length > 0 ? 'vouched' : 'open' }
    }
    cause ??= findSignatureProblem?.(credentials) ?? null
    if (cause === null) return { kind: 'vouched' }
    // A refusal always costs a look at a secret, even if the channel has none.
    if (earlyChecks.length === 0) findDecoy(credentials.token ?? '')
    return { kind: 'refused', cause: gate === decoy ? 'unknown_channel' : cause }
  }

  function authenticate(
    channelName: string,
    credentials: Credentials,
    body: Uint8Array,
  ): Authentication {
    const gate = gates.get(channelName) ?? decoy
    const { checks, channel, findSignatureProblem } = gate
    const keys: KeyUse[] = []
    let cause: RejectionCause | null = null
    for (const check of checks) {
      const result = check(credentials, body)
      if (typeof result === 'string') cause ??= result
      else keys.push(result)
    }
    if (cause === null) return { accepted: true, channel, keys }
    // A refusal always costs a look at the signature, even if the channel has none.
    if (findSignatureProblem === null) decoyCheck?.(credentials, body)
    return { accepted: false, cause: gate === decoy ? 'unknown_channel' : cause }
  }

  function checkVerifyToken(channelName: string, token: string): RejectionCause | null {
    const gate = gates.get(channelName) ?? decoy
    const fits = timingSafeEqual(digest(token), gate.verifyToken ?? digest(''))
    if (gate === decoy) return 'unknown_channel'
    if (gate.verifyToken === null) return 'no_handshake'
    return fits ? null : 'wrong_verify_token'
  }

  return { judgeEarly, authenticate, checkVerifyToken }
}

function createGate(channel: Channel): Gate {
  const signature = channel.strategies.find((strategy) => strategy.kind === 'hmac')
  return {
    channel,
    checks: channel.strategies.map(createCheck),
    earlyChecks: channel.strategies.flatMap((strategy) =>
      strategy.kind === 'hmac' ? [] : createEarlyCheck(strategy),
    ),
    findSignatureProblem: signature === undefined ? null : createProblemFinder(signature),
    verifyToken: channel.verifyToken === null ? null : digest(channel.verifyToken),
  }
}

function createDecoySecret(): KeyedSecret {
  return { id: 'decoy', secret: randomBytes(32).toString('hex') }
}

function createDecoyChannel(): Channel {
  return {
    name: '',
    dialect: 'cloud',
    numberId: null,
    strategies: [{ kind: 'hmac', ...META_SIGNATURE, secrets: [createDecoySecret()] }],
    verifyToken: createDecoySecret().secret,
  }
}

function createCheck(strategy: Strategy): Check {
  return strategy.kind === 'hmac' ? createSignatureCheck(strategy) : createEarlyCheck(strategy)
}

function createEarlyCheck(strategy: EarlyStrategy): EarlyCheck {
  switch (strategy.kind) {
    case 'path_token': {
      const find = createSecretFinder(strategy)
      return ({ token }) => (token === null ? 'missing_token' : (find(token) ?? 'wrong_token'))
    }
    case 'header': {
      const find = createSecretFinder(strategy)
      return ({ headers }) => {
        const given = headers[strategy.name]
        return typeof given === 'string' ? (find(given) ?? 'wrong_header') : 'missing_header'
      }
    }
    case 'client_certificate': {
      const check = createCertificateCheck(strategy)
      return ({ findCertificate }) => check(findCertificate?.() ?? null)
    }
  }
}

function createProblemFinder({ header, prefix }: SignatureForm): FindProblem {
  const readDigest = createDigestReader(prefix)
  return function findSignatureProblem({ headers }) {
    const given = headers[header]
    if (typeof given !== 'string') return 'missing_signature'
    return readDigest(given) === null ? 'malformed_signature' : null
  }
}

/** Whether a request brings a signature in a form that any of the channels takes. */
function createSignatureFinder(
  channels: readonly Channel[],
): (credentials: Credentials) => boolean {
  const forms = new Map<string, { readonly header: string; readonly readDigest: DigestReader }>()
  for (const strategy of channels.flatMap(({ strategies }) => strategies)) {
    if (strategy.kind !== 'hmac') continue
    const { header, prefix } = strategy
    forms.set(`${header} ${prefix}`, { header, readDigest: createDigestReader(prefix) })
  }
  const all = [...forms.values()]
  return function hasSignature({ headers }) {
    for (const { header, readDigest } of all) {
      const given = headers[header]
      if (typeof given === 'string' && readDigest(given) !== null) return true
    }
    return false
  }
}

function createSignatureCheck(strategy: SignatureStrategy): Check {
  const { header, prefix, secrets } = strategy
  const verify = createSignatureVerifier(secrets, prefix)
  const findProblem = createProblemFinder(strategy)
  const uses = new Map(secrets.map(({ id }) => [id, { strategy: 'hmac', keyId: id } as const]))
  return function checkSignature(credentials, body) {
    const given = credentials.headers[header]
    const keyId = verify(body, typeof given === 'string' ? given : undefined)
    if (keyId === null) return findProblem(credentials) ?? 'wrong_signature'
    return uses.get(keyId) ?? 'wrong_signature'
  }
}

/** Compares with every secret to the end, through digests, which have the same length. */
function createSecretFinder(
  strategy: Exclude<Strategy, ClientCertificateStrategy>,
): (given: string) => KeyUse | undefined {
  const keys = strategy.secrets.map(({ id, secret }) => ({
    use: { strategy: strategy.kind, keyId: id },
    digest: digest(secret),
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
