import { mayHaveFarExponents, mayHaveLongNumbers, parseWithLongNumbers } from './long-numbers.ts'
import { isDeeperThan, NESTING_DEPTH_MAX } from './nesting-depth.ts'

export interface ParsedBody {
  readonly ok: true
  readonly root: unknown
  /** Bytes that are not UTF-8 were replaced by U+FFFD. */
  readonly replaced: boolean
}

export interface BodyProblem {
  readonly ok: false
  readonly reason: 'not_json' | 'too_deep'
  readonly detail: string
}

const REPLACEMENT = '\uFFFD'
const lenient = new TextDecoder('utf-8')
const strict = new TextDecoder('utf-8', { fatal: true })

/** Bytes that are not UTF-8 become U+FFFD. A byte order mark is dropped. */
export function decodeBody(body: Uint8Array): string {
  return lenient.decode(body)
}

/**
 * Reads a body, of which `text` is what `decodeBody` returns, as JSON. Bytes that are not UTF-8 are
 * replaced rather than refused, so that one broken text does not cost the other items of its batch;
 * the caller is told. A number that a double would change is kept as it stands (LongNumber). Depth
 * is bounded before anything that recurses can see the value.
 */
export function parseBody(body: Uint8Array, text: string): ParsedBody | BodyProblem {
  if (isDeeperThan(body, NESTING_DEPTH_MAX)) {
    return { ok: false, reason: 'too_deep', detail: `nested deeper than ${NESTING_DEPTH_MAX}` }
  }
  try {
    const root = parse(body, text)
    return { ok: true, root, replaced: isReplaced(text, body) }
  } catch {
    return { ok: false, reason: 'not_json', detail: describe(body) }
  }
}

function parse(body: Uint8Array, text: string): unknown {
  const mayChange = mayHaveLongNumbers(body) || mayHaveFarExponents(text)
  return mayChange ? parseWithLongNumbers(text) : JSON.parse(text)
}

/** The replacement character may also have been sent as such: then the strict decoder decides. */
function isReplaced(text: string, body: Uint8Array): boolean {
  if (!text.includes(REPLACEMENT)) return false
  try {
    strict.decode(body)
    return false
  } catch {
    return true
  }
}

/** Never quotes the body: details are logged and listed. */
function describe(body: Uint8Array): string {
  if (body.length === 0) return 'empty body'
  if (body[0] === 0x1f && body[1] === 0x8b) return 'gzip, not JSON'
  if (body[0] === 0xff && body[1] === 0xfe) return 'UTF-16, not UTF-8'
  return `${body.length} bytes that are not one JSON document`
}
