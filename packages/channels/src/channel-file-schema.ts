import { X509Certificate } from 'node:crypto'
import { INTERNAL_CHANNEL } from '@wabastream/contracts'
import { z } from 'zod'
import {
  type Channel,
  type ClientAuthority,
  dialects,
  type KeyedSecret,
  META_SIGNATURE,
  type Strategy,
} from './channel.ts'
import { HEADER_NAME } from './header.ts'
import { splitPem } from './pem.ts'
import { createSecretSchema, type SecretSources } from './secret-reference.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const HEADER_NAME_PROBLEM = 'must be the name of a header'
/** Of the connection, or read by HTTP itself: none of them can hold a signature. */
const NO_SIGNATURE_HEADERS = /^(host|connection|transfer-encoding|content-.*|set-cookie)$/i
const PREFIX = /^[\x21-\x7e]{0,32}$/
const SECRETS_MAX = 8
const NAMES_MAX = 64

/** Parses the channel file; references to secrets are replaced by the secrets. */
export function createChannelFileSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  const secrets = z.array(createKeyedSecretSchema(sources)).min(1).max(SECRETS_MAX)
  const strategies = z
    .strictObject({
      hmac: createSignatureSchema(secrets).optional(),
      pathToken: z.strictObject({ secrets }).optional(),
      header: z
        .strictObject({
          name: z.string().regex(HEADER_NAME, HEADER_NAME_PROBLEM),
          secrets,
        })
        .optional(),
      clientCertificate: z
        .strictObject({
          authorities: z.array(createAuthoritySchema(sources)).min(1).max(SECRETS_MAX),
          names: z.array(z.string().min(1)).min(1).max(NAMES_MAX).optional(),
        })
        .optional(),
    })
    .refine(
      (given) => Object.keys(given).length > 0,
      'needs hmac, pathToken, header or clientCertificate',
    )
    .refine(({ header, hmac }) => !header || !hmac || !isSameName(header.name, hmac.header), {
      path: ['header', 'name'],
      message: 'is the header of the signature',
    })
    .transform(toStrategies)
  const common = {
    name: z
      .string('is missing')
      .regex(NAME, 'must be letters, digits, - and _, at most 64')
      .refine(
        (name) => name !== INTERNAL_CHANNEL,
        `${INTERNAL_CHANNEL} is reserved for what wabastream writes itself`,
      ),
    strategies,
    verifyToken: secret.optional(),
  }
  const numberId = z.string('must be text: put it in quotes').regex(/^\S{1,128}$/)
  const channel = z
    .strictObject({
      ...common,
      dialect: z.enum(dialects, `must be one of ${dialects.join(', ')}`),
      numberId: numberId.optional(),
    })
    .refine(({ dialect, numberId: given }) => dialect !== 'flat' || given !== undefined, {
      // Checked whatever else is wrong, so that one message names every problem.
      path: ['numberId'],
      message: 'is needed where bodies are flat',
      when: ({ value }) => isObject(value),
    })
    .transform((given): Channel => ({
      ...given,
      numberId: given.numberId ?? null,
      verifyToken: given.verifyToken ?? null,
    }))
  return z.strictObject({ channels: z.array(channel).min(1) })
}

/**
 * 360dialog, for one, signs with the platform secret and sends bare hex digits in
 * `x-360dialog-signature`
 * (docs.360dialog.com/partner/onboarding/webhook-events-and-setup/signature-validation).
 */
function createSignatureSchema<Secrets extends z.ZodType>(secrets: Secrets) {
  return z.strictObject({
    secrets,
    header: z
      .string()
      .regex(HEADER_NAME, HEADER_NAME_PROBLEM)
      .refine((name) => !NO_SIGNATURE_HEADERS.test(name), 'cannot hold a signature')
      .default(META_SIGNATURE.header),
    prefix: z.string().regex(PREFIX, 'must be visible ASCII characters, at most 32').optional(),
  })
}

/** `{ id, env }` or `{ id, file }`: a reference with a name. */
function createKeyedSecretSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  const id = z.string('is missing').regex(NAME, 'must be letters, digits, - and _')
  return z.looseObject({ id }).transform(({ id: name, ...reference }, context) => {
    const result = secret.safeParse(reference)
    if (result.success) return { id: name, secret: result.data }
    for (const issue of result.error.issues) {
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
    }
    return z.NEVER
  })
}

/** A reference as for secrets, but to the certificates of an authority, as PEM. */
function createAuthoritySchema(sources: SecretSources) {
  return createKeyedSecretSchema(sources).transform(({ id, secret: text }, context) => {
    const certificates = parseAuthorities(text)
    if (certificates === null) {
      context.addIssue({ code: 'custom', message: 'holds no certificates (PEM) of authorities' })
      return z.NEVER
    }
    if (certificates.some((certificate) => certificate.checkIssued(certificate))) {
      return { id, certificates }
    }
    context.addIssue({ code: 'custom', message: 'holds no root: TLS wants one behind the others' })
    return z.NEVER
  })
}

function parseAuthorities(text: string): readonly X509Certificate[] | null {
  try {
    const certificates = splitPem(text).map((pem) => new X509Certificate(pem))
    return certificates.length > 0 && certificates.every(({ ca }) => ca) ? certificates : null
  } catch {
    return null
  }
}

type Secrets = readonly KeyedSecret[]

function toStrategies(given: {
  readonly hmac?:
    | {
        readonly header: string
        readonly prefix?: string | undefined
        readonly secrets: Secrets
      }
    | undefined
  readonly pathToken?: { readonly secrets: Secrets } | undefined
  readonly header?: { readonly name: string; readonly secrets: Secrets } | undefined
  readonly clientCertificate?:
    | {
        readonly authorities: readonly ClientAuthority[]
        readonly names?: readonly string[] | undefined
      }
    | undefined
}): readonly Strategy[] {
  const strategies: Strategy[] = []
  if (given.hmac) {
    const header = given.hmac.header.toLowerCase()
    const usual = header === META_SIGNATURE.header ? META_SIGNATURE.prefix : ''
    const { prefix = usual, secrets } = given.hmac
    strategies.push({ kind: 'hmac', header, prefix, secrets })
  }
  if (given.pathToken) strategies.push({ kind: 'path_token', secrets: given.pathToken.secrets })
  if (given.header) {
    const { name, secrets } = given.header
    strategies.push({ kind: 'header', name: name.toLowerCase(), secrets })
  }
  if (given.clientCertificate) {
    const { authorities, names = null } = given.clientCertificate
    strategies.push({ kind: 'client_certificate', authorities, names })
  }
  return strategies
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
