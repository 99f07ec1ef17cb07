/**
 * Reads JSON that has no white space and no escapes. Each method reads one thing from the present
 * position on. Where something else stands, all has failed: nothing more is read, and what the
 * methods then return counts for nothing. Failing costs no exception, because many bodies fail.
 */
export class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Whether the whole text was read, and nothing failed. */
  get isDone(): boolean {
    return this.#at === this.#text.length
  }

  fail(): void {
    this.#at = this.#text.length + 1
  }

  take(mark: string): boolean {
    const isThere = this.#text[this.#at] === mark
    if (isThere) this.#at += 1
    else this.fail()
    return isThere
  }

  string(): string {
    if (!this.take('"')) return ''
    const start = this.#at
    const end = this.#text.indexOf('"', start)
    if (end < 0) {
      this.fail()
      return ''
    }
    this.#at = end + 1
    return this.#text.slice(start, end)
  }

  /** Of a member. */
  name(): string {
    const name = this.string()
    this.take(':')
    return name
  }

  word(expected: string): string {
    const given = this.string()
    if (given !== expected) this.fail()
    return given
  }

  boolean(): boolean {
    const isTrue = this.#text.startsWith('true', this.#at)
    if (isTrue || this.#text.startsWith('false', this.#at)) this.#at += isTrue ? 4 : 5
    else this.fail()
    return isTrue
  }

  /** The one item of a list. */
  only<Item>(read: (input: Scanner) => Item): Item {
    this.take('[')
    const item = read(this)
    this.take(']')
    return item
  }

  /** The items of a list, which is not empty. */
  list<Item>(read: (input: Scanner) => Item): readonly Item[] {
    const items: Item[] = []
    this.take('[')
    do items.push(read(this))
    while (this.goesOn(']'))
    return items
  }

  /** Whether another member or item follows; else the list or object ends here. */
  goesOn(end: ']' | '}'): boolean {
    const goesOn = this.#text[this.#at] === ','
    if (goesOn) this.#at += 1
    else this.take(end)
    return goesOn
  }

  /** What was just read as the value of a member, which was not there before. */
  once<Read>(known: Read | null, read: Read): Read {
    if (known !== null) this.fail()
    return read
  }
}
