/** An error with a code says what to do; any other is a bug, and its place matters. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'ports_taken') return `${error.message} (--free-ports takes any that are free.)`
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk is full: ${error.message}`
  return typeof code === 'string' ? error.message : (error.stack ?? error.message)
}
