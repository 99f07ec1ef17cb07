import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Environment } from '@wabastream/service-host'
import { z } from 'zod'

/** Shorter ones are guessed or typed by mistake. */
const SECRET_LENGTH_MIN = 8

export interface SecretSources {
  readonly env: Environment
  /** Relative file names start here. */
  readonly directory: string
}

/** Parses `{ env: NAME }` or `{ file: PATH }` into the secret itself. Never shows what it read. */
export function createSecretSchema(sources: SecretSources): z.ZodType<string> {
  return z.strictObject({ env: z.string().optional(), file: z.string().optional() })
    .transform((reference, context) => {
      const result = readSecret(reference, sources)
      if ('secret' in result) return result.secret
      context.addIssue({ code: 'custom', message: result.problem })
      return z.NEVER
    })
}

type SecretResult = { readonly secret: string } | { readonly problem: string }

function readSecret(
  reference: { readonly env?: string | undefined; readonly file?: string | undefined },
  sources: SecretSources,
): SecretResult {
  const { env, file } = reference
  if (env !== undefined && file === undefined) {
    return checkSecret(sources.env[env], `environment variable ${env}`)
  }
  if (file !== undefined && env === undefined) return readSecretFile(file, sources.directory)
  return { problem: 'needs either env or file' }
}

function readSecretFile(file: string, directory: string): SecretResult {
  try {
    return checkSecret(readFileSync(resolve(directory, file), 'utf8'), `file ${file}`)
  } catch (error) {
    const isCoded = typeof error === 'object' && error !== null && 'code' in error
    return { problem: `file ${file} cannot be read (${isCoded ? String(error.code) : 'unknown'})` }
  }
}

function checkSecret(text: string | undefined, source: string): SecretResult {
  if (text === undefined) return { problem: `${source} is not set` }
  const secret = text.trim()
  if (secret === '') return { problem: `${source} is empty` }
  if (secret.length < SECRET_LENGTH_MIN) {
    return { problem: `${source} holds fewer than ${SECRET_LENGTH_MIN} characters` }
  }
  return { secret }
}
