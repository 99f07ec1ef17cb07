import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Environment } from '@wabastream/service-host'
import { z } from 'zod'
import { type ReadFile } from './recorded-reads.ts'

/** Shorter ones are easily guessed, or mistakes. */
const SECRET_LENGTH_MIN = 8

export interface SecretSources {
  readonly env: Environment
  /** Relative file names start here. */
  readonly directory: string
  readonly readFile?: ReadFile
}

/** Parses `{ env: NAME }` or `{ file: PATH }` into the secret itself. Never shows what it read. */
export function createSecretSchema(sources: SecretSources): z.ZodType<string> {
  return z
    .strictObject({ env: z.string().optional(), file: z.string().optional() })
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
  if (file !== undefined && env === undefined) return readSecretFile(file, sources)
  return { problem: 'needs either env or file' }
}

function readSecretFile(
  file: string,
  { directory, readFile = readFileSync }: SecretSources,
): SecretResult {
  try {
    return checkSecret(readFile(resolve(directory, file)).toString('utf8'), `file ${file}`)
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
