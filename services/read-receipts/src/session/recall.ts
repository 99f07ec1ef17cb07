import { type KeptLog } from '../keeping/kept-log.ts'
import { type OpenMessage, parseMessageKey } from '../waiting/entry.ts'
import { type WaitingList } from '../waiting/waiting-list.ts'

/** Takes spilled messages back from the topic, in the order in which they became due. */
export class Recall {
  readonly #list: WaitingList
  readonly #kept: Pick<KeptLog, 'position' | 'scan'>
  readonly #lanes: readonly string[]
  /** By number: no spilled message of it lies before this offset. */
  readonly #from = new Map<string, number>()

  constructor(options: {
    readonly list: WaitingList
    readonly kept: Pick<KeptLog, 'position' | 'scan'>
    /** Numbers that messages are marked for. Others may have some that only expire. */
    readonly lanes: readonly string[]
  }) {
    this.#list = options.list
    this.#kept = options.kept
    this.#lanes = options.lanes
  }

  /** Of the numbers that have room for many: all that fit, as long as `isGoingOn`. */
  async run(isGoingOn: () => boolean): Promise<readonly OpenMessage[]> {
    const { position } = this.#kept
    for (const number of this.#lanes) {
      if (this.#list.spilledCountOf(number) === 0) this.#from.set(number, position)
    }
    const wanted = new Set(this.#list.drainedNumbers())
    const recalled: OpenMessage[] = []
    let from = Math.min(...[...wanted].map((number) => this.#from.get(number) ?? 0))
    while (wanted.size > 0 && isGoingOn()) {
      const { isEnd, next } = await this.#kept.scan(from, (key, value, offset) => {
        const message = value === null ? undefined : this.#take({ key, value, offset }, wanted)
        if (message !== undefined) recalled.push(message)
      })
      from = next
      if (!isEnd) continue
      for (const number of wanted) this.#from.set(number, next)
      break
    }
    return recalled
  }

  #take(
    record: { readonly key: string; readonly value: string; readonly offset: number },
    wanted: Set<string>,
  ): OpenMessage | undefined {
    const number = parseMessageKey(record.key)?.number
    if (number === undefined || !wanted.has(number)) return undefined
    if (this.#list.roomOf(number) > 0) return this.#list.recall(record.key, record.value)
    wanted.delete(number)
    this.#from.set(number, record.offset)
    return undefined
  }
}
