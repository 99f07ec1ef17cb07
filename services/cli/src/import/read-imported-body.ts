import { sha256Hex, translateWebhook } from '@wabastream/whatsapp'
import { type InputLine } from './read-lines.ts'

/**
 * Where the time of a body comes from: one time for all, a field beside or in it, or the newest
 * fact that it reports.
 */
export type ReceivedAtSource =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'pointer'; readonly path: readonly string[] }
  | { readonly kind: 'from-body' }

export interface ImportedBody {
  readonly line: number
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

export interface LineProblem {
  readonly line: number
  /** For a person; quotes nothing of the line. */
  readonly problem: string
}

/** The limit of the ingestor. */
const BODY_BYTES_MAX = 3 * 1024 * 1024
const NEWEST_SECONDS = 1e11
const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const DIGITS = /^\d+(\.\d+)?$/

/** The parts of `/a/0/b` (RFC 6901); null if the text is not a pointer. */
export function parsePointer(text: string): readonly string[] | null {
  if (!text.startsWith('/')) return null
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Unix seconds or milliseconds, or an ISO time, in UTC if it names no zone; null for others. */
export function parseImportedTime(value: unknown): number | null {
  if (typeof value === 'string' && ISO_TIME.test(value)) {
    const hasZone = value.length === 10 || /(Z|[+-]\d{2}:?\d{2})$/.test(value)
    const ms = Date.parse(hasZone ? value : `${value.replace(' ', 'T')}Z`)
    return Number.isNaN(ms) ? null : ms
  }
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return null
  return Math.round(number < NEWEST_SECONDS ? number * 1_000 : number)
}

/** The body of a line with its time; or why it has none. Undefined for an empty line. */
export function readImportedBody(
  { bytes, line }: InputLine,
  options: {
    readonly receivedAt: ReceivedAtSource
    /** Where the body is in the line; undefined if the line is the body. */
    readonly bodyPath: readonly string[] | undefined
    /** The number that flat bodies belong to. */
    readonly number: string | null
    readonly nowMs: number
  },
): ImportedBody | LineProblem | undefined {
  if (bytes === null) return { line, problem: 'the line is too long' }
  const { bodyPath, nowMs, number, receivedAt } = options
  if (bytes.length === 0 || bytes.toString('latin1').trim() === '') return undefined
  const needsJson = bodyPath !== undefined || receivedAt.kind === 'pointer'
  const root = needsJson ? parseJson(bytes) : undefined
  if (needsJson && root === undefined) return { line, problem: 'the line is not JSON' }
  const body = bodyPath === undefined ? bytes : bodyAt(root, bodyPath)
  if (body === undefined) return { line, problem: 'there is no body at that place' }
  if (body.length > BODY_BYTES_MAX) return { line, problem: 'the body has more than 3 MiB' }
  const ms = timeOf(receivedAt, { root, body, nowMs, number })
  if (ms === null) {
    const problem =
      receivedAt.kind === 'from-body' ? 'the body says no time' : 'there is no time at that place'
    return { line, problem }
  }
  if (ms > nowMs) return { line, problem: 'its time is in the future' }
  return { line, body, receivedAt: ms }
}

function timeOf(
  source: ReceivedAtSource,
  {
    body,
    nowMs,
    number,
    root,
  }: {
    readonly root: unknown
    readonly body: Uint8Array
    readonly nowMs: number
    readonly number: string | null
  },
): number | null {
  switch (source.kind) {
    case 'time':
      return source.ms
    case 'pointer':
      return parseImportedTime(valueAt(root, source.path))
    case 'from-body':
      return newestFact(body, nowMs, number)
  }
}

function newestFact(body: Uint8Array, nowMs: number, number: string | null): number | null {
  const { events } = translateWebhook(body, {
    receiptId: '',
    channel: '',
    rawPartition: 0,
    rawOffset: 0,
    receivedAt: nowMs,
    configuredNumber: number ?? 'offline',
    hashText: sha256Hex,
  })
  const newest = events.reduce(
    (latest, { data }) => Math.max(latest, data.envelope.providerTime ?? 0),
    0,
  )
  return newest === 0 ? null : Math.min(newest, nowMs)
}

/** Text is taken unchanged; anything else is written as JSON again. */
function bodyAt(root: unknown, path: readonly string[]): Uint8Array | undefined {
  const value = valueAt(root, path)
  if (value === undefined) return undefined
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(part)
  }
  return value
}

function parseJson(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return value
  } catch {
    return undefined
  }
}
