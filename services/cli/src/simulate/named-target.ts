import { readFile } from 'node:fs/promises'
import { type ProviderKind, type ProviderNumber } from '@wabastream/simulator'
import { CliError } from '../output/cli-error.ts'
import { type SimulationTarget } from './local-target.ts'

export interface NamedTarget {
  /** Where all webhooks go; without one they wait until it is set by the API. */
  readonly webhook: string | undefined
  readonly secretFile: string | undefined
  readonly provider: ProviderKind
  readonly numberIds: readonly string[]
  readonly accountId: string
}

/** Throws when the secret cannot be read. */
export async function toNamedTarget(named: NamedTarget): Promise<SimulationTarget> {
  const { accountId, provider, secretFile, webhook } = named
  const secret = secretFile === undefined ? undefined : await readSecret(secretFile)
  const isCloud = provider === 'cloud-api'
  const numbers = named.numberIds.map((numberId, index): ProviderNumber => ({
    provider,
    numberId,
    displayNumber: displayNumberOf(index),
    accountId,
    ...(isCloud || webhook === undefined ? {} : { webhookUrl: webhook }),
  }))
  return {
    numbers,
    app: {
      ...(isCloud && webhook !== undefined ? { callbackUrl: webhook } : {}),
      ...(isCloud && secret !== undefined ? { secret } : {}),
    },
    ...(secret === undefined ? {} : { platformSecret: secret }),
  }
}

async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError(`${file} cannot be read.`, { exitCode: 2, cause })
  })
  const secret = text.trim()
  if (secret === '') throw new CliError(`${file} is empty.`, { exitCode: 2 })
  return secret
}

/** Of a range that is kept for fiction, so that nobody is called. */
function displayNumberOf(index: number): string {
  return `1555${String(100 + (index % 100)).padStart(7, '0')}`
}
