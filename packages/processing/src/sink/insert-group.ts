import { type Sink } from './sink-port.ts'

export interface InsertGroupOptions<Table extends string> extends Pick<
  Sink<never, Table>,
  'classify' | 'insert'
> {
  /** Bytes that one insert may carry, if there is more than one batch in it. */
  readonly bytesMax: number
}

interface Member {
  readonly lines: Uint8Array
  readonly done: PromiseWithResolvers<void>
}

/** Batches of one departure arrive a little apart: some have days of timelines looked up first. */
const LINGER_MS = 30

/**
 * Sends the batches of several partitions to their table in one insert, because the cost of an
 * insert depends little on its rows. Batches stay separate: if some row of the group can't be read,
 * every batch goes alone, so that only the one with that row fails.
 */
export function createInsertGroup<Table extends string>(
  options: InsertGroupOptions<Table>,
): (table: Table, lines: Uint8Array) => Promise<void> {
  const waiting = new Map<Table, Member[]>()
  const inFlight = new Set<Table>()

  async function sendWaiting(table: Table): Promise<void> {
    for (;;) {
      const group = takeGroup(waiting.get(table) ?? [], options.bytesMax)
      if (group.length === 0) break
      await sendGroup(options, table, group)
    }
    inFlight.delete(table)
  }

  return function insertGrouped(table, lines) {
    const member = { lines, done: Promise.withResolvers<void>() }
    const members = waiting.get(table) ?? []
    members.push(member)
    waiting.set(table, members)
    if (!inFlight.has(table)) {
      inFlight.add(table)
      setTimeout(() => {
        void sendWaiting(table)
      }, LINGER_MS)
    }
    return member.done.promise
  }
}

/** Takes the first one that waits, and as many after it as fit. */
function takeGroup(members: Member[], bytesMax: number): readonly Member[] {
  let bytes = 0
  const end = members.findIndex(({ lines }, index) => {
    bytes += lines.length
    return index > 0 && bytes > bytesMax
  })
  return members.splice(0, end === -1 ? members.length : end)
}

/** Never rejects: each member learns its own outcome. */
async function sendGroup<Table extends string>(
  options: InsertGroupOptions<Table>,
  table: Table,
  group: readonly Member[],
): Promise<void> {
  try {
    await options.insert(
      table,
      group.map(({ lines }) => lines),
    )
    for (const { done } of group) done.resolve()
  } catch (error) {
    const isOnesFault = group.length > 1 && options.classify(error) === 'bad_rows'
    for (const { lines, done } of group) {
      if (isOnesFault) await options.insert(table, [lines]).then(done.resolve, done.reject)
      else done.reject(error)
    }
  }
}
