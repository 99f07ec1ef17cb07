import { type KeptLog } from '../keeping/kept-log.ts'
import { type OpenMessage, parseMessageKey } from '../waiting/entry.ts'
import { type WaitingList } from '../waiting/waiting-list.ts'

export interface RecallOptions {
  readonly list: WaitingList
  readonly kept: Pick<KeptLog, 'position' | 'scan'>
  /** Numbers that messages are marked for. Others may have some that only expire. */
  readonly lanes: readonly string[]
  /** Whether the policies of today let it be marked. */
  readonly isAllowed: (message: OpenMessage) => boolean
  /** It is dropped. */
  readonly onForbidden: (message: OpenMessage) => void
}

/** Takes spilled messages back from the topic, in the order in which they became due. */
export class Recall {
  readonly #options: RecallOptions
  /** By number: no spilled message of it lies before this offset. */
  readonly #from = new Map<string, number>()

  constructor(options: RecallOptions) {
    this.#options = options
  }

  /** Remembers where the first spilled message of a number lies, while what was kept is loaded. */
  load(number: string, offset: number): void {
    if (!this.#from.has(number)) this.#from.set(number, offset)
  }

  /** Of the numbers that have room for many: all that fit, as long as `goesOn` after each part. */
  async run(goesOn: () => Promise<boolean>): Promise<void> {
    const { kept, lanes, list } = this.#options
    const { position } = kept
    for (const number of lanes) {
      if (list.spilledCountOf(number) === 0) this.#from.set(number, position)
    }
    const wanted = new Set(list.drainedNumbers())
    let from = Math.min(...[...wanted].map((number) => this.#from.get(number) ?? 0))
    while (wanted.size > 0 && (await goesOn())) {
      const { isEnd, next } = await kept.scan(from, (key, value, offset) => {
        if (value !== null) this.#take({ key, value, offset }, wanted)
      })
      from = next
      if (!isEnd) continue
      for (const number of wanted) this.#from.set(number, next)
      break
    }
  }

  #take(
    record: { readonly key: string; readonly value: string; readonly offset: number },
    wanted: Set<string>,
  ): void {
    const { isAllowed, list, onForbidden } = this.#options
    const number = parseMessageKey(record.key)?.number
    if (number === undefined || !wanted.has(number)) return
    if (list.roomOf(number) <= 0) {
      wanted.delete(number)
      this.#from.set(number, record.offset)
      return
    }
    const message = list.readSpilled(record.key, record.value)
    if (message === undefined) return
    // What was recalled is given to its number at any time from now on.
    if (isAllowed(message)) list.recall(message)
    else onForbidden(message)
  }
}
