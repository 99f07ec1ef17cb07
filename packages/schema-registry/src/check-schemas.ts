import { parseServerAddress, schemaTexts } from '@wabastream/contracts'
import { askRegistry } from './ask-registry.ts'
import { wireRecordNames } from './generated/record-codecs.ts'
import { fullNameOf } from './record-decoder.ts'
import { SUBJECT_COMPATIBILITY } from './schema-store.ts'

/** What the registry says about one of our schemas. */
export interface SubjectCheck {
  readonly subject: string
  readonly isRegistered: boolean
  /** Null if none is set for the subject: then that of the whole registry counts. */
  readonly compatibility: string | null
  readonly wantedCompatibility: string
}

/** Looks up each of our schemas, and registers none. Throws when the registry does not answer. */
export async function checkSchemas(address: string): Promise<readonly SubjectCheck[]> {
  const registry = parseServerAddress(address)
  return await Promise.all(
    wireRecordNames.map(async (name) => {
      const subject = fullNameOf(name)
      const path = encodeURIComponent(subject)
      const body = JSON.stringify({ schema: schemaTexts[name] })
      const found = await askRegistry(registry, `/subjects/${path}`, { method: 'POST', body })
      const config = await askRegistry(registry, `/config/${path}`)
      return {
        subject,
        isRegistered: found !== null,
        compatibility: compatibilityOf(config),
        wantedCompatibility: SUBJECT_COMPATIBILITY,
      }
    }),
  )
}

function compatibilityOf(config: unknown): string | null {
  if (typeof config !== 'object' || config === null) return null
  if (!('compatibilityLevel' in config)) return null
  return String(config.compatibilityLevel)
}
