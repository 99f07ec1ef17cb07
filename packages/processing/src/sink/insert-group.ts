import { type Sink } from './sink-port.ts'

export interface InsertGroupOptions<Table extends string> extends Pick<
  Sink<never, Table>,
  'classify' | 'insert'
> {
  /** Bytes that one insert may carry, if there is more than one batch in it. */
  readonly bytesMax: number
  /** The longest that batches wait for rows that were announced. */
  readonly announcedMsMax?: number
}

export interface InsertGroup<Table extends string> {
  /** Resolves once the lines are in the table, together with those of others or alone. */
  insert(table: Table, lines: Uint8Array): Promise<void>
  /**
   * Rows for the table may follow, but something has to be looked up first: what waits for the
   * table waits for them, within limits, until the result is called. It may be called again.
   */
  announce(table: Table): () => void
}

interface Member {
  readonly lines: Uint8Array
  readonly done: PromiseWithResolvers<void>
}

/** A look-up takes some 10 ms. One that takes longer than this keeps only its own rows waiting. */
const ANNOUNCED_MS_MAX = 200

/**
 * Sends the batches of several partitions to their table in one insert, because the cost of an
 * insert depends little on its rows. Batches stay separate: if some row of the group can't be read,
 * every batch goes alone, so that only the one with that row fails.
 */
export function createInsertGroup<Table extends string>(
  options: InsertGroupOptions<Table>,
): InsertGroup<Table> {
  const queues = new Map<Table, TableQueue<Table>>()
  const queueOf = (table: Table): TableQueue<Table> => {
    const queue = queues.get(table) ?? new TableQueue(options, table)
    queues.set(table, queue)
    return queue
  }
  return {
    insert: (table, lines) => queueOf(table).insert(lines),
    announce: (table) => queueOf(table).announce(),
  }
}

/** What waits for one table. */
class TableQueue<Table extends string> {
  readonly #options: InsertGroupOptions<Table>
  readonly #table: Table
  readonly #waiting: Member[] = []
  readonly #announced = new Set<symbol>()
  #isSending = false
  #overdue: NodeJS.Timeout | undefined

  constructor(options: InsertGroupOptions<Table>, table: Table) {
    this.#options = options
    this.#table = table
  }

  insert(lines: Uint8Array): Promise<void> {
    const member = { lines, done: Promise.withResolvers<void>() }
    this.#waiting.push(member)
    this.#sendSoon()
    return member.done.promise
  }

  announce(): () => void {
    const rows = Symbol('announced rows')
    this.#announced.add(rows)
    return () => {
      this.#announced.delete(rows)
      this.#sendSoon()
    }
  }

  /** After this turn of the event loop, in which whoever leaves together comes or announces. */
  #sendSoon(): void {
    if (this.#isSending || this.#waiting.length === 0) return
    if (this.#announced.size > 0) {
      this.#overdue ??= setTimeout(() => {
        this.#announced.clear()
        this.#sendSoon()
      }, this.#options.announcedMsMax ?? ANNOUNCED_MS_MAX)
      return
    }
    this.#isSending = true
    setImmediate(() => {
      void this.#send()
    })
  }

  async #send(): Promise<void> {
    clearTimeout(this.#overdue)
    this.#overdue = undefined
    while (this.#announced.size === 0) {
      const group = takeGroup(this.#waiting, this.#options.bytesMax)
      if (group.length === 0) break
      await sendGroup(this.#options, this.#table, group)
    }
    this.#isSending = false
    this.#sendSoon()
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
