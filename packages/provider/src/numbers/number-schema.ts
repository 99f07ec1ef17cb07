import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import {
  createSecretSchema,
  HEADER_NAME,
  isHeaderValue,
  type SecretSources,
} from '@wabastream/channels'
import { z } from 'zod'
import { type NumberEntry, type ProviderName, providerNames } from './number-entry.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const DIGITS = /^[\d_-]+$|\d{7}/
/** The label of what belongs to no number of the file. */
const NO_NUMBER = 'unknown'
const ID = /^(?!\.{1,2}$)[\w.@-]{1,128}$/
const FIELD = /^[a-z][a-z0-9_]{0,63}$/
/** As Kubernetes has it: https://kubernetes.io/docs/concepts/configuration/secret */
const SECRET_NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/
/** Leaves room for `.previous`. */
const SECRET_KEY = /^[\w.-]{1,240}$/
const NUMBERS_MAX = 10_000
const LIST_MAX = 64
/** As the page that the Cloud API's adapter names has it. */
const CLOUD_URL_LENGTH_MAX = 200
const PARTNER_API = 'https://hub.360dialog.io'

/** Where a provider's API is, unless the file says otherwise; null where that can't be known. */
const apis: Readonly<Record<ProviderName, string | null>> = {
  cloud: 'https://graph.facebook.com/v25.0',
  '360dialog': 'https://waba-v2.360dialog.io',
  onprem: null,
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Parses the file of numbers; references to secrets are replaced by them, but for the keys. */
export function createNumberFileSchema(sources: SecretSources) {
  return z.strictObject({
    numbers: z.array(createNumberSchema(sources)).min(1).max(NUMBERS_MAX),
  })
}

function createNumberSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  return z
    .strictObject({
      alias: z
        .string('is missing')
        .regex(NAME, 'must be letters, digits, - and _, at most 64')
        .refine((alias) => !DIGITS.test(alias), 'must not be a number: metrics show it')
        .refine((alias) => alias !== NO_NUMBER, 'must be another name: metrics use this one'),
      provider: z.enum(providerNames, `must be one of ${providerNames.join(', ')}`),
      id,
      account: id.optional(),
      application: z.strictObject({ id, secret: secret.optional() }).optional(),
      partner: z
        .strictObject({ id, channel: id, key: secret, api: address.prefault(PARTNER_API) })
        .optional(),
      api: address.optional(),
      authorities: secret.optional(),
      credential: createCredentialSchema(sources),
      webhook: createWebhookSchema(secret),
      fields: z.array(z.string().regex(FIELD)).min(1).max(LIST_MAX).default(['messages']),
    })
    .superRefine(findConflicts)
    .transform(toNumberEntry)
}

const id = z
  .string('must be text: put it in quotes')
  .regex(ID, 'must be an id: letters, digits, ., _, @ and -')

/** A key must not travel in the clear, except where nobody listens. */
const address = z.string('must be an address').transform((text, context) => {
  const url = URL.parse(text)
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse('must be an https address')
  if (url.username !== '' || url.password !== '') return refuse('must hold no password')
  if (url.search !== '' || url.hash !== '') return refuse('must hold no ? and no #')
  if (url.protocol === 'http:' && !isInside(url.hostname)) {
    return refuse('must be https: a key must not travel in the clear')
  }
  return url
})

/** This machine, or a name without a domain: a neighbour in compose or in the cluster. */
function isInside(hostname: string): boolean {
  const host = hostname.replaceAll(/^\[|\]$/g, '')
  const family = isIP(host)
  if (family === 0) return !host.includes('.') || host.endsWith('.svc')
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

function createCredentialSchema({ directory }: SecretSources) {
  return z
    .strictObject({
      file: z.string().min(1).optional(),
      kubernetesSecret: z
        .strictObject({
          name: z.string('is missing').regex(SECRET_NAME, 'must be the name of a Secret'),
          key: z.string('is missing').regex(SECRET_KEY, 'must be a key of a Secret'),
          namespace: z.string().regex(SECRET_NAME, 'must be a namespace').optional(),
        })
        .optional(),
    })
    .transform(({ file, kubernetesSecret }, context) => {
      if (file !== undefined && kubernetesSecret === undefined) {
        return { kind: 'file' as const, path: resolve(directory, file) }
      }
      if (kubernetesSecret !== undefined && file === undefined) {
        const { namespace = null, ...rest } = kubernetesSecret
        return { kind: 'kubernetes_secret' as const, ...rest, namespace }
      }
      context.addIssue({ code: 'custom', message: 'needs either file or kubernetesSecret' })
      return z.NEVER
    })
}

function createWebhookSchema(secret: z.ZodType<string>) {
  return z
    .strictObject({
      url: address,
      pathToken: secret.optional(),
      verifyToken: secret.optional(),
      headers: z.record(z.string().regex(HEADER_NAME), secret).default({}),
    })
    .superRefine(({ headers }, context) => {
      for (const [name, value] of Object.entries(headers)) {
        if (isHeaderValue(name, value)) continue
        const message = 'holds what no header may hold'
        context.addIssue({ code: 'custom', path: ['headers', name], message })
      }
    })
    .transform(({ headers, pathToken, url, verifyToken = null }) => {
      const shownUrl = url.href
      const base = shownUrl.replace(/\/$/, '')
      const path = pathToken === undefined ? null : encodeURIComponent(pathToken)
      return {
        url: path === null ? shownUrl : `${base}/${path}`,
        shownUrl: path === null ? shownUrl : `${base}/…`,
        pathToken: path,
        verifyToken,
        headers,
      }
    })
}

interface Given extends Omit<
  NumberEntry,
  'account' | 'application' | 'partner' | 'api' | 'authorities'
> {
  readonly account?: string | undefined
  readonly application?: { readonly id: string; readonly secret?: string | undefined } | undefined
  readonly partner?: NonNullable<NumberEntry['partner']> | undefined
  readonly api?: URL | undefined
  readonly authorities?: string | undefined
}

/** What does not go together, which would otherwise be found out by a provider. */
function findConflicts(given: Given, context: z.RefinementCtx): void {
  const { api, application, partner, provider, webhook } = given
  const add = (path: readonly string[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message })
  if (provider === 'onprem' && api === undefined) add(['api'], 'is needed on premises')
  if (provider !== '360dialog' && partner !== undefined) add(['partner'], 'is of 360dialog only')
  if (provider !== 'cloud' && application !== undefined) {
    add(['application'], 'is of the Cloud API only')
  }
  if (provider !== '360dialog' && Object.keys(webhook.headers).length > 0) {
    add(['webhook', 'headers'], 'are sent by 360dialog only')
  }
  if (provider !== 'cloud') return
  if (webhook.verifyToken === null) {
    add(['webhook', 'verifyToken'], 'is needed: the Cloud API makes a handshake')
  }
  if (webhook.url.length > CLOUD_URL_LENGTH_MAX) {
    add(['webhook', 'url'], `must have at most ${CLOUD_URL_LENGTH_MAX} characters`)
  }
}

function toNumberEntry(given: Given, context: z.RefinementCtx): NumberEntry {
  const { account = null, application, authorities = null, partner = null, ...rest } = given
  const api = given.api ?? URL.parse(apis[given.provider] ?? '')
  if (api === null) {
    context.addIssue({ code: 'custom', path: ['api'], message: 'is missing' })
    return z.NEVER
  }
  return {
    ...rest,
    account,
    application:
      application === undefined ? null : { id: application.id, secret: application.secret ?? null },
    partner,
    api,
    authorities,
  }
}
