import { type Sink, toInsertFailure } from '@wabastream/processing'
import { HttpSinkError } from './http-sink-error.ts'

export interface HttpSinkOptions<Value> {
  /** Where rows are posted. */
  readonly url: string
  /** Sent with each request, for instance to authenticate it. */
  readonly headers?: Readonly<Record<string, string>>
  /** The row of a record, to be written as JSON; undefined for none. */
  readonly toRow: (value: Value) => unknown
  /** Time limit of the whole exchange. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 30_000
const ANSWER_BYTES_MAX = 65_536

/**
 * Posts rows to a URL: each request is a JSON array of them, and any status of success means that
 * they are durable. The same rows may be posted again in other groups, so each row must hold an id
 * by which the receiver knows it. Redirects are not followed.
 */
export function createHttpSink<Value>(options: HttpSinkOptions<Value>): Sink<Value, 'requests'> {
  const { url, headers, toRow, timeoutMs = TIMEOUT_MS } = options
  return {
    classify: toInsertFailure,
    openPartition: () => ({
      beginBatch: (lines) => ({
        add(value, _, sourceIndex) {
          const row = toRow(value)
          if (row !== undefined) lines.addLine('requests', JSON.stringify(row), sourceIndex)
        },
      }),
    }),
    async insert(_, pieces) {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...headers, 'content-type': 'application/json' },
        body: toJsonArray(pieces),
        signal: AbortSignal.timeout(timeoutMs),
      })
      await discard(response)
      if (!response.ok) throw new HttpSinkError(response.status)
    },
  }
}

const LINE_FEED = 0x0a
const COMMA = 0x2c
const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')

/** A line of JSON has only the line feed at its end, which becomes the comma. */
function toJsonArray(pieces: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  const body = Buffer.concat([OPEN, ...pieces])
  for (let at = body.indexOf(LINE_FEED); at !== -1; at = body.indexOf(LINE_FEED, at + 1)) {
    body[at] = COMMA
  }
  CLOSE.copy(body, body.length - 1)
  return body
}

/** The socket serves the next request once the answer is read; a long one is cut off. */
async function discard({ body }: Response): Promise<void> {
  if (body === null) return
  let byteCount = 0
  for await (const chunk of body) {
    byteCount += chunk.length
    if (byteCount > ANSWER_BYTES_MAX) break
  }
}
