/** Names of the members of an object, each as it stands behind the opening quotation mark. */
export type MemberNames<Name extends string> = readonly {
  readonly name: Name
  readonly bytes: Uint8Array
}[]

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const NOTHING = 0
/** By byte: 1 for what may stand in a text: printable ASCII that ends or escapes nothing. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
)
const TRUE = toBytes('true')
const FALSE = toBytes('false')

/** Those that are met most come first. */
export function toMemberNames<Name extends string>(...names: readonly Name[]): MemberNames<Name> {
  return names.map((name) => ({ name, bytes: toBytes(`${name}":`) }))
}

function toBytes(ascii: string): Uint8Array {
  return Uint8Array.from(ascii, (sign) => sign.charCodeAt(0))
}

/**
 * Reads JSON that has no white space and no escapes, and only printable ASCII. Each method reads
 * one thing from the present position on. Where something else stands, all has failed: nothing more
 * is read, and what the methods then return counts for nothing. Failing costs no exception, because
 * many bodies fail.
 */
export class Scanner {
  readonly #bytes: Uint8Array
  readonly #text: string
  #at = 0

  /** `text` is the text of the bytes. */
  constructor(bytes: Uint8Array, text: string) {
    this.#bytes = bytes
    this.#text = text
  }

  /** Whether everything was read, and nothing failed. */
  get isDone(): boolean {
    return this.#at === this.#bytes.length
  }

  fail(): void {
    this.#at = this.#bytes.length + 1
  }

  take(mark: '{' | '}' | '[' | ']' | '"'): boolean {
    return this.#takeByte(mark.charCodeAt(0))
  }

  string(): string {
    const start = this.#at + 1
    if (!this.#takeByte(QUOTE)) return ''
    const bytes = this.#bytes
    let end = start
    while (isPlain[bytes[end] ?? NOTHING] === 1) end += 1
    this.#at = end
    // The text has a character for each byte, at least up to here.
    return this.#takeByte(QUOTE) ? this.#text.slice(start, end) : ''
  }

  /** Of a member: one of those that may be here. */
  name<Name extends string>(names: MemberNames<Name>): Name | undefined {
    if (this.#takeByte(QUOTE)) {
      for (const { bytes, name } of names) if (this.#takeBytes(bytes)) return name
    }
    this.fail()
    return undefined
  }

  word(expected: string): string {
    const given = this.string()
    if (given !== expected) this.fail()
    return given
  }

  boolean(): boolean {
    const isTrue = this.#takeBytes(TRUE)
    if (!isTrue && !this.#takeBytes(FALSE)) this.fail()
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
    const goesOn = this.#bytes[this.#at] === COMMA
    if (goesOn) this.#at += 1
    else this.take(end)
    return goesOn
  }

  /** What was just read as the value of a member, which was not there before. */
  once<Read>(known: Read | null, read: Read): Read {
    if (known !== null) this.fail()
    return read
  }

  #takeByte(byte: number): boolean {
    const isThere = this.#bytes[this.#at] === byte
    if (isThere) this.#at += 1
    else this.fail()
    return isThere
  }

  /** Takes nothing where something else stands. */
  #takeBytes(expected: Uint8Array): boolean {
    const bytes = this.#bytes
    const start = this.#at
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[start + index] !== expected[index]) return false
    }
    this.#at = start + expected.length
    return true
  }
}
