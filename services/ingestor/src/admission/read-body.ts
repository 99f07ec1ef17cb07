import { type IncomingMessage } from 'node:http'
import { type BodyBudget } from './body-budget.ts'
import { BodyPieces } from './body-pieces.ts'

export type BodyProblem = 'too_large' | 'too_slow' | 'no_room' | 'aborted'
export type BodyResult = Buffer | BodyProblem

export interface BodyLimits {
  readonly bytesMax: number
  readonly budget: BodyBudget
}

/**
 * Reads the body as bytes, as far as the limit. Meanwhile what it costs is charged to the budget;
 * who gets the body has to lease its bytes. After a problem nothing more is read.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  return new Promise((resolve) => { collect(request, limits, resolve) })
}

function collect(
  request: IncomingMessage, limits: BodyLimits, settle: (result: BodyResult) => void,
): void {
  const { bytesMax, budget } = limits
  const reading = budget.beginReading(() => giveUp('too_slow'))
  const pieces = new BodyPieces()
  let isSettled = false

  function onData(chunk: Buffer): void {
    if (pieces.length + chunk.length > bytesMax) return giveUp('too_large')
    if (!reading.charge(chunk.length, pieces.costOf(chunk))) return giveUp('no_room')
    pieces.add(chunk)
  }
  function onEnd(): void {
    isSettled = true
    reading.end()
    settle(pieces.join())
  }
  /** Also told when the connection ends after the body: that is no news any more. */
  function onAbort(): void {
    if (!isSettled) giveUp('aborted')
  }
  function giveUp(problem: BodyProblem): void {
    isSettled = true
    request.off('data', onData)
    request.off('end', onEnd)
    pieces.clear()
    reading.end()
    settle(problem)
  }

  // Listeners stay on the request: taking them off costs as much as the reading.
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
