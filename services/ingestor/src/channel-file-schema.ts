import { z } from 'zod'
import { type Channel, dialects, type Strategy } from './channel.ts'
import { createSecretSchema, type SecretSources } from './secret-reference.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/
const SECRETS_MAX = 8

/** Parses the channel file; references to secrets are replaced by the secrets. */
export function createChannelFileSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  const secrets = z.array(createKeyedSecretSchema(sources)).min(1).max(SECRETS_MAX)
  const strategies = z.strictObject({
    hmac: z.strictObject({ secrets }).optional(),
    pathToken: z.strictObject({ secrets }).optional(),
    header: z.strictObject({
      name: z.string().regex(HEADER_NAME, 'must be the name of a header'), secrets,
    }).optional(),
  }).refine((given) => Object.keys(given).length > 0, 'needs hmac, pathToken or header')
    .transform(toStrategies)
  const common = {
    name: z.string('is missing').regex(NAME, 'must be letters, digits, - and _, at most 64'),
    strategies,
    verifyToken: secret.optional(),
  }
  const numberId = z.string('must be text: put it in quotes').regex(/^\S{1,128}$/)
  const channel = z.strictObject({
    ...common,
    dialect: z.enum(dialects, `must be one of ${dialects.join(', ')}`),
    numberId: numberId.optional(),
  }).refine(({ dialect, numberId: given }) => dialect !== 'flat' || given !== undefined, {
    // Checked whatever else is wrong, so that one message names every problem.
    path: ['numberId'], message: 'is needed where bodies are flat',
    when: ({ value }) => isObject(value),
  }).transform((given): Channel => ({
    ...given, numberId: given.numberId ?? null, verifyToken: given.verifyToken ?? null,
  }))
  return z.strictObject({ channels: z.array(channel).min(1) })
}

/** `{ id, env }` or `{ id, file }`: a reference with a name. */
function createKeyedSecretSchema(sources: SecretSources) {
  const secret = createSecretSchema(sources)
  const id = z.string('is missing').regex(NAME, 'must be letters, digits, - and _')
  return z.looseObject({ id })
    .transform(({ id: name, ...reference }, context) => {
      const result = secret.safeParse(reference)
      if (result.success) return { id: name, secret: result.data }
      for (const issue of result.error.issues) {
        context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
      }
      return z.NEVER
    })
}

type Secrets = Strategy['secrets']

function toStrategies(given: {
  readonly hmac?: { readonly secrets: Secrets } | undefined
  readonly pathToken?: { readonly secrets: Secrets } | undefined
  readonly header?: { readonly name: string; readonly secrets: Secrets } | undefined
}): readonly Strategy[] {
  const strategies: Strategy[] = []
  if (given.hmac) strategies.push({ kind: 'hmac', secrets: given.hmac.secrets })
  if (given.pathToken) strategies.push({ kind: 'path_token', secrets: given.pathToken.secrets })
  if (given.header) {
    const { name, secrets } = given.header
    strategies.push({ kind: 'header', name: name.toLowerCase(), secrets })
  }
  return strategies
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
