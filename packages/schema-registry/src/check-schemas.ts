import { parseServerAddress, schemaTexts, type ServerAddress } from '@wabastream/contracts'
import { wireRecordNames } from './generated/record-codecs.ts'
import { fullNameOf } from './record-decoder.ts'
import { SUBJECT_COMPATIBILITY } from './schema-store.ts'

/** How the registry has one of our schemas. */
export interface SubjectCheck {
  readonly subject: string
  readonly isRegistered: boolean
  /** Null where none is set for the subject: that of the whole registry counts. */
  readonly compatibility: string | null
  readonly wantedCompatibility: string
}

const TIMEOUT_MS = 10_000

/** Looks every schema of ours up, and registers none. Throws when the registry does not answer. */
export async function checkSchemas(address: string): Promise<readonly SubjectCheck[]> {
  const registry = parseServerAddress(address)
  return await Promise.all(wireRecordNames.map(async (name) => {
    const subject = fullNameOf(name)
    const path = encodeURIComponent(subject)
    const found = await ask(registry, `/subjects/${path}`,
      JSON.stringify({ schema: schemaTexts[name] }))
    const config = await ask(registry, `/config/${path}`)
    return {
      subject,
      isRegistered: found !== null,
      compatibility: compatibilityOf(config),
      wantedCompatibility: SUBJECT_COMPATIBILITY,
    }
  }))
}

/** Null for 404. */
async function ask(
  { url, authorization }: ServerAddress, path: string, body?: string,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
    },
    ...(body !== undefined && { method: 'POST', body }),
  })
  const answer: unknown = await response.json().catch(() => null)
  if (response.status === 404) return null
  if (!response.ok) throw new Error(`the registry answers ${response.status}`)
  return answer
}

function compatibilityOf(config: unknown): string | null {
  if (typeof config !== 'object' || config === null) return null
  if (!('compatibilityLevel' in config)) return null
  return String(config.compatibilityLevel)
}
