import { redacted } from '@wabastream/contracts'
import { stdSerializers } from 'pino'

/**
 * Libraries attach requests, inputs and whole answers to their errors: we may show only these
 * fields.
 */
const FIELDS = ['code', 'errno', 'syscall', 'address', 'port', 'status'] as const
const PARTS_MAX = 8

/**
 * An error as the log shows it: type, message and stack, including those of its causes, redacted,
 * and the fields that say what failed.
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

/** Without `instanceof`, because Node's own errors may come from another realm. */
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
