/**
 * Everyone who asks within one turn of the event loop goes on together in the next. Batches of
 * different partitions then give their records to the producer at the same time, and share its
 * requests.
 */
export function createTurn(): () => Promise<void> {
  let next: Promise<void> | undefined
  return () => {
    next ??= new Promise((resolve) => {
      setImmediate(() => {
        next = undefined
        resolve()
      })
    })
    return next
  }
}
