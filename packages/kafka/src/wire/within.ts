/** The result of the work; throws once it takes longer. The result of such late work is ignored. */
export async function within<T>(ms: number, work: Promise<T>, toError: () => Error): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(toError()), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}
