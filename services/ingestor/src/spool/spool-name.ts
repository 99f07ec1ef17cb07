const SPOOL_FILE = /^(\d{13})-(\d{8})-[0-9a-f]{8}\.spool$/
const TEMPORARY_SUFFIX = '.tmp'
export const LOCK_FILE = 'lock.db'

/** What the name of a file in the spool's folder says. */
export type SpoolName =
  | { readonly kind: 'spooled'; readonly createdAtMs: number }
  | { readonly kind: 'temporary' | 'own' | 'foreign' }

/** Names sort by age; `life` distinguishes what two lives of a process wrote in one millisecond. */
export function toSpoolName(parts: {
  readonly createdAtMs: number
  readonly sequence: number
  readonly life: string
}): string {
  const { createdAtMs, sequence, life } = parts
  return `${digits(createdAtMs, 13)}-${digits(sequence, 8)}-${life}.spool`
}

/** Name of an incomplete file, of which nothing was acked. */
export function toTemporaryName(name: string): string {
  return `${name}${TEMPORARY_SUFFIX}`
}

export function parseSpoolName(name: string): SpoolName {
  if (name.startsWith(LOCK_FILE)) return { kind: 'own' }
  const isTemporary = name.endsWith(TEMPORARY_SUFFIX)
  const match = SPOOL_FILE.exec(isTemporary ? name.slice(0, -TEMPORARY_SUFFIX.length) : name)
  if (match === null) return { kind: 'foreign' }
  return isTemporary ? { kind: 'temporary' } : { kind: 'spooled', createdAtMs: Number(match[1]) }
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
