import { type IncomingMessage } from 'node:http'
import { type Admission } from './admission.ts'

export type BodyProblem = 'too_large' | 'no_room' | 'aborted'
export type BodyResult = Buffer | BodyProblem

export interface BodyLimits {
  readonly bytesMax: number
  readonly admission: Admission
}

/**
 * Reads the body as bytes, as far as the limit. Its bytes stay charged to the admission when it
 * succeeds; after a problem nothing is charged and nothing more is read.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  return new Promise((resolve) => { collect(request, limits, resolve) })
}

function collect(
  request: IncomingMessage, limits: BodyLimits, settle: (result: BodyResult) => void,
): void {
  const { bytesMax, admission } = limits
  const chunks: Buffer[] = []
  let length = 0
  let isSettled = false

  function onData(chunk: Buffer): void {
    if (length + chunk.length > bytesMax) return giveUp('too_large')
    if (!admission.tryCharge(chunk.length)) return giveUp('no_room')
    length += chunk.length
    chunks.push(chunk)
  }
  function onEnd(): void {
    isSettled = true
    const [only] = chunks
    settle(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length))
  }
  /** Also told when the connection ends after the body: that is no news any more. */
  function onAbort(): void {
    if (!isSettled) giveUp('aborted')
  }
  function giveUp(problem: BodyProblem): void {
    isSettled = true
    request.off('data', onData)
    request.off('end', onEnd)
    admission.release(length)
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
