import { redacted } from '@wabastream/contracts'
import { stdSerializers } from 'pino'

/**
 * Libraries hang requests, inputs and whole answers on their errors: only these fields are ours to
 * show.
 */
const FIELDS = ['code', 'errno', 'syscall', 'address', 'port', 'status'] as const
const PARTS_MAX = 8

/**
 * An error as it stands in the log: type, message and stack with those of its causes, redacted, and
 * the fields that say what failed.
 */
export function toLoggedError(error: unknown): unknown {
  if (!isErrorLike(error)) return redacted(String(error))
  const { type, message, stack } = stdSerializers.err(error)
  const properties: ReadonlyMap<string, unknown> = new Map(Object.entries(error))
  const fields = FIELDS.filter((name) => isPlain(properties.get(name))).map((name) => [
    name,
    properties.get(name),
  ])
  const parts = 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  return {
    type,
    message: redacted(message),
    stack: redacted(stack),
    ...Object.fromEntries(fields),
    ...(parts.length > 0 && { errors: parts.slice(0, PARTS_MAX).map(toLoggedError) }),
  }
}

/** Without `instanceof`: errors of Node's own may come from another realm. */
function isErrorLike(error: unknown): error is Error {
  return (
    typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string'
  )
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}
