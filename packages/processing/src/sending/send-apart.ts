import { PortError } from '../ports/port-error.ts'

export interface ApartHandlers<Item> {
  /** Sends all of the items. Rejects with `records_refused` if one of them is to blame. */
  readonly send: (items: readonly Item[]) => Promise<void>
  /** The item was refused alone. */
  readonly refused: (item: Item, error: PortError) => void
}

/**
 * Sends items together, and halves what is refused until each item to blame is alone. Any other
 * error of `send` ends it; the items after that are not sent.
 */
export async function sendApart<Item>(
  items: readonly Item[],
  handlers: ApartHandlers<Item>,
): Promise<void> {
  const [first] = items
  if (first === undefined) return
  try {
    await handlers.send(items)
    return
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (items.length === 1) {
      handlers.refused(first, error)
      return
    }
  }
  const middle = Math.ceil(items.length / 2)
  await sendApart(items.slice(0, middle), handlers)
  await sendApart(items.slice(middle), handlers)
}

/** The records are to blame, unlike a producer that was closed. */
export function isRefusal(error: unknown): error is PortError {
  return error instanceof PortError && error.code === 'records_refused'
}
