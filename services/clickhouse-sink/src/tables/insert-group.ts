import { classifyInsertFailure, type InsertFailure, type TableName } from '@wabastream/clickhouse'

export type InsertLines = (table: TableName, lines: readonly Uint8Array[]) => Promise<void>

export interface InsertGroupOptions {
  readonly insert: InsertLines
  /** Bytes that one insert may carry, if there is more than one batch in it. */
  readonly bytesMax: number
  readonly classify?: (error: unknown) => InsertFailure
}

interface Member {
  readonly lines: Uint8Array
  readonly done: PromiseWithResolvers<void>
}

const LINGER_MS = 5

/**
 * Lets the batches of several partitions travel to their table in one insert: what ClickHouse has
 * to do for an insert depends little on its rows. Each batch stays its own: where the server can't
 * read some row of the group, every batch goes alone, so that only the one with that row fails.
 */
export function createInsertGroup(
  options: InsertGroupOptions,
): (table: TableName, lines: Uint8Array) => Promise<void> {
  const waiting = new Map<TableName, Member[]>()
  const inFlight = new Set<TableName>()

  async function sendWaiting(table: TableName): Promise<void> {
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

/** Takes the first of the waiting and as many after it as fit. */
function takeGroup(members: Member[], bytesMax: number): readonly Member[] {
  let bytes = 0
  const end = members.findIndex(({ lines }, index) => {
    bytes += lines.length
    return index > 0 && bytes > bytesMax
  })
  return members.splice(0, end === -1 ? members.length : end)
}

/** Never rejects: each member learns its own outcome. */
async function sendGroup(
  { insert, classify = classifyInsertFailure }: InsertGroupOptions,
  table: TableName,
  group: readonly Member[],
): Promise<void> {
  try {
    await insert(
      table,
      group.map(({ lines }) => lines),
    )
    for (const { done } of group) done.resolve()
  } catch (error) {
    const isOnesFault = group.length > 1 && classify(error) === 'bad_rows'
    for (const { lines, done } of group) {
      if (isOnesFault) await insert(table, [lines]).then(done.resolve, done.reject)
      else done.reject(error)
    }
  }
}
