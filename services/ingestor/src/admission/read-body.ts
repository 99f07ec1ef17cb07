import { type IncomingMessage } from 'node:http'
import { type BodyBudget } from './body-budget.ts'
import { BodyPieces, costOfPiece } from './body-pieces.ts'

export type BodyReadProblem = 'too_large' | 'too_slow' | 'no_room' | 'aborted'
export type BodyResult = Buffer | BodyReadProblem

const EMPTY = Buffer.alloc(0)

export interface BodyLimits {
  readonly bytesMax: number
  readonly budget: BodyBudget
}

/**
 * Reads the body as bytes, up to the limit. Meanwhile its cost is charged to the budget; whoever
 * gets the body has to lease its bytes. After a problem nothing more is read.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  return new Promise((resolve) => {
    collect(request, limits, resolve)
  })
}

function collect(
  request: IncomingMessage,
  limits: BodyLimits,
  settle: (result: BodyResult) => void,
): void {
  const { bytesMax, budget } = limits
  const reading = budget.beginReading(() => giveUp('too_slow'))
  /** Most bodies come in one chunk, and need nothing to hold more. */
  let first: Buffer | null = null
  let pieces: BodyPieces | null = null
  let isSettled = false

  function onData(chunk: Buffer): void {
    const length = pieces?.length ?? first?.length ?? 0
    if (length + chunk.length > bytesMax) return giveUp('too_large')
    const cost = first === null ? costOfPiece(chunk) : continued(first).costOf(chunk)
    if (!reading.charge(chunk.length, cost)) return giveUp('no_room')
    if (first === null) first = chunk
    else continued(first).add(chunk)
  }
  function continued(begin: Buffer): BodyPieces {
    pieces ??= new BodyPieces(begin)
    return pieces
  }
  function onEnd(): void {
    isSettled = true
    reading.end()
    settle(pieces?.join() ?? first ?? EMPTY)
  }
  /** Also called when the connection ends after the body, which no longer matters. */
  function onAbort(): void {
    if (!isSettled) giveUp('aborted')
  }
  function giveUp(problem: BodyReadProblem): void {
    isSettled = true
    request.off('data', onData)
    request.off('end', onEnd)
    first = null
    pieces = null
    reading.end()
    settle(problem)
  }

  // Listeners stay on the request, because removing them costs as much as reading.
  request.on('data', onData)
  request.on('end', onEnd)
  request.on('error', onAbort)
  request.on('close', onAbort)
}

/** Length that the headers declare; 0 when they declare none. */
export function declaredLength(request: IncomingMessage): number {
  const header = request.headers['content-length']
  return header === undefined ? 0 : Number(header)
}
