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

  function finish(result: BodyResult): void {
    request.off('data', onData)
    request.off('end', onEnd)
    request.off('error', onAbort)
    request.off('close', onAbort)
    if (typeof result === 'string') {
      admission.release(length)
      request.on('error', ignore)
    }
    settle(result)
  }
  function onData(chunk: Buffer): void {
    if (length + chunk.length > bytesMax) return finish('too_large')
    if (!admission.tryCharge(chunk.length)) return finish('no_room')
    length += chunk.length
    chunks.push(chunk)
  }
  function onEnd(): void {
    const [only] = chunks
    finish(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length))
  }
  function onAbort(): void {
    finish('aborted')
  }

  request.on('data', onData)
  request.on('end', onEnd)
  request.on('error', onAbort)
  request.on('close', onAbort)
}

function ignore(): void {
  // The connection is being given up; how it ends does not matter.
}

/** Length that the headers declare; 0 when they declare none. */
export function declaredLength(request: IncomingMessage): number {
  const header = request.headers['content-length']
  return header === undefined ? 0 : Number(header)
}
