import { createSecureContext } from 'node:tls'
import {
  createSecretSchema,
  HEADER_NAME,
  isHeaderValue,
  type SecretSources,
} from '@wabastream/channels'
import { z } from 'zod'
import { type Destination, guardedAddresses } from './destination.ts'
import { refusalOf } from '../sending/address-guard.ts'

/** Part of the names of groups, metrics and letters. */
export const DESTINATION_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/
/** Ours, or of the connection: a setting must not replace them. */
const OWN_HEADERS =
  /^(host|content-(length|type|encoding)|transfer-encoding|connection|x-hub-.*|x-360dialog-signature|x-wabastream-.*|webhook-.*)$/i
const LIST_MAX = 1_000
const HEADERS_MAX = 16
const SIGNING_KEY = /^whsec_([A-Za-z0-9+/]{32,}={0,2})$/

/** Parses the file of destinations; references to secrets are replaced by the secrets. */
export function createDestinationFileSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  return z.strictObject({
    destinations: z.array(createDestinationSchema(sources, secret)).min(1).max(LIST_MAX),
  })
}

function createDestinationSchema(sources: SecretSources, secret: z.ZodType<string>) {
  return z
    .strictObject({
      name: z
        .string('is missing')
        .regex(
          DESTINATION_NAME,
          'must be small letters, digits and -, at most 40: it names a consumer group',
        ),
      url: z.string('is missing').transform(toUrl),
      channels: names('names of channels'),
      numbers: names('ids of numbers, in quotes'),
      fields: names('fields of webhooks, such as messages'),
      from: z.union([z.enum(['now', 'beginning']), time]).default('now'),
      order: z.enum(['none', 'per_number']).default('none'),
      parallel: whole(1, 256).default(16),
      timeoutMs: whole(100, 120_000).default(10_000),
      ratePerSecond: whole(1, 100_000).nullable().default(null),
      refusedAfter: whole(1, 100).default(5),
      failedAfter: whole(1, 1_000).default(20),
      headers: z.array(createHeaderSchema(sources)).max(HEADERS_MAX).default([]),
      signature: secret.transform(toSigningKey).optional(),
      clientCertificate: z.strictObject({ certificate: secret, key: secret }).optional(),
      authorities: secret.optional(),
      allow: z.array(z.enum(guardedAddresses)).default([]),
    })
    .superRefine(({ allow, authorities, clientCertificate, url }, context) => {
      const refusal = refusalOf(url.hostname, new Set(allow))
      if (refusal !== undefined) {
        context.addIssue({ code: 'custom', path: ['url'], message: refusal })
      }
      const { certificate: cert, key } = clientCertificate ?? {}
      if (!isUsable({ cert, key })) {
        const message = 'holds no certificate and key (PEM) that fit each other'
        context.addIssue({ code: 'custom', path: ['clientCertificate'], message })
      }
      if (!isUsable({ ca: authorities })) {
        const message = 'holds no certificates (PEM) of authorities'
        context.addIssue({ code: 'custom', path: ['authorities'], message })
      }
    })
    .transform(toDestination)
}

interface Given extends Omit<
  Destination,
  'channels' | 'numbers' | 'fields' | 'allow' | 'headers' | 'signingKey' | 'tls'
> {
  readonly channels?: readonly string[] | undefined
  readonly numbers?: readonly string[] | undefined
  readonly fields?: readonly string[] | undefined
  readonly allow: readonly (typeof guardedAddresses)[number][]
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly signature?: Uint8Array | undefined
  readonly clientCertificate?: { readonly certificate: string; readonly key: string } | undefined
  readonly authorities?: string | undefined
}

function toDestination(given: Given): Destination {
  const { authorities = null, clientCertificate, signature = null, ...rest } = given
  return {
    ...rest,
    channels: toSet(given.channels),
    numbers: toSet(given.numbers),
    fields: toSet(given.fields),
    headers: given.headers.flatMap(({ name, value }) => [name.toLowerCase(), value]),
    signingKey: signature,
    tls: {
      authorities,
      certificate: clientCertificate?.certificate ?? null,
      key: clientCertificate?.key ?? null,
    },
    allow: new Set(given.allow),
  }
}

/** TLS takes anything without PEM for no certificates at all. */
function isUsable(options: {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}): boolean {
  const given = Object.entries(options).filter(([, text]) => text !== undefined)
  try {
    createSecureContext(Object.fromEntries(given))
    return given.every(([, text]) => text?.includes('-----BEGIN') === true)
  } catch {
    return false
  }
}

function toSet(list: readonly string[] | undefined): ReadonlySet<string> | null {
  return list === undefined ? null : new Set(list)
}

function names(what: string) {
  return z
    .array(z.string(`must be a list of ${what}`).min(1))
    .min(1)
    .max(LIST_MAX)
    .optional()
}

function whole(min: number, max: number) {
  return z.number('must be a number').int('must be a whole number').min(min).max(max)
}

/** A day, which begins at midnight UTC, or a time with its zone (ISO 8601). */
const TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/

const time = z.string().transform((given, context) => {
  const day = TIME.exec(given)?.[1]
  const ms = Date.parse(given)
  const isDay = day !== undefined && new Date(Date.parse(day)).toJSON()?.startsWith(day)
  if (isDay && Number.isFinite(ms)) return ms
  const message = 'must be now, beginning or a time such as 2026-01-15T08:00:00Z'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

function toUrl(text: string, context: z.RefinementCtx): URL {
  const url = URL.parse(text)
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refuse('must be an http or https address')
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('must hold no password: put it under headers, by file or environment')
  }
  if (url.hash !== '') return refuse('must hold no #')
  return url
}

function toSigningKey(text: string, context: z.RefinementCtx): Uint8Array {
  const [, base64] = SIGNING_KEY.exec(text) ?? []
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  context.addIssue({
    code: 'custom',
    message: 'must be whsec_ and at least 24 bytes as base64 (Standard Webhooks)',
  })
  return z.NEVER
}

/** `{ name, env }` or `{ name, file }`. */
function createHeaderSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  const name = z
    .string('is missing')
    .regex(HEADER_NAME, 'must be the name of a header')
    .refine((given) => !OWN_HEADERS.test(given), 'is set by the forwarder itself')
  return z.looseObject({ name }).transform(({ name: header, ...reference }, context) => {
    const result = secret.safeParse(reference)
    if (result.success && isHeaderValue(header, result.data)) {
      return { name: header, value: result.data }
    }
    if (result.success) {
      context.addIssue({ code: 'custom', message: 'holds what no header may hold' })
      return z.NEVER
    }
    for (const issue of result.error.issues) {
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
    }
    return z.NEVER
  })
}
