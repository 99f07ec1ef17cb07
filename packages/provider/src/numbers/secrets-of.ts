import { type NumberEntry } from './number-entry.ts'

/**
 * Every secret that has to do with a number, in each form in which it travels, so that what others
 * say can be shown without them. `keys` are those in use: tokens, or `user:password`.
 */
export function secretsOf(number: NumberEntry, keys: readonly string[] = []): readonly string[] {
  const { application, partner, webhook } = number
  const { headers, pathToken, verifyToken } = webhook
  const appSecret = application?.secret ?? null
  const secrets = [
    ...keys.flatMap(formsOfKey),
    ...(pathToken === null ? [] : [pathToken, decodeURIComponent(pathToken)]),
    verifyToken,
    appSecret,
    appSecret === null || application === null ? null : `${application.id}|${appSecret}`,
    partner?.key,
    ...Object.values(headers),
  ]
  return secrets.flatMap((secret) => secret ?? [])
}

/** With a password, also that alone, and as HTTP sends the pair (RFC 7617). */
function formsOfKey(key: string): readonly string[] {
  const colon = key.indexOf(':')
  if (colon === -1) return [key]
  return [key, key.slice(colon + 1), Buffer.from(key, 'utf8').toString('base64')]
}
