import { schemaTexts } from '@wabastream/contracts'
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
export async function checkSchemas(url: string): Promise<readonly SubjectCheck[]> {
  return await Promise.all(wireRecordNames.map(async (name) => {
    const subject = fullNameOf(name)
    const path = encodeURIComponent(subject)
    const found = await ask(`${url}/subjects/${path}`, JSON.stringify({ schema: schemaTexts[name] }))
    const config = await ask(`${url}/config/${path}`)
    return {
      subject,
      isRegistered: found !== null,
      compatibility: compatibilityOf(config),
      wantedCompatibility: SUBJECT_COMPATIBILITY,
    }
  }))
}

/** Null for 404. */
async function ask(address: string, body?: string): Promise<unknown> {
  const response = await fetch(address, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : {
      method: 'POST', body, headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    }),
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
