import { type IncomingMessage } from 'node:http'
import { type Admission } from './admission.ts'

export type BodyProblem = 'too_large' | 'no_room' | 'aborted'

/**
 * Reads the body as bytes, as far as the limit. Its bytes stay charged to the admission when it
 * succeeds; after a problem nothing is charged and nothing more is read.
 */
export function readBody(
  request: IncomingMessage,
  limits: { readonly bytesMax: number; readonly admission: Admission },
): Promise<Buffer | BodyProblem> {
  const { bytesMax, admission } = limits
  return new Promise((resolve) => {
    let first: Buffer | undefined
    let others: Buffer[] | undefined
    let length = 0

    function finish(result: Buffer | BodyProblem): void {
      request.off('data', onData)
      request.off('end', onEnd)
      request.off('error', onAbort)
      request.off('close', onAbort)
      if (typeof result === 'string') {
        admission.release(length)
        request.on('error', ignore)
      }
      resolve(result)
    }
    function onData(chunk: Buffer): void {
      if (length + chunk.length > bytesMax) return finish('too_large')
      if (!admission.tryCharge(chunk.length)) return finish('no_room')
      length += chunk.length
      if (first === undefined) first = chunk
      else (others ??= []).push(chunk)
    }
    function onEnd(): void {
      if (first === undefined) finish(Buffer.alloc(0))
      else finish(others === undefined ? first : Buffer.concat([first, ...others], length))
    }
    function onAbort(): void {
      finish('aborted')
    }

    request.on('data', onData)
    request.on('end', onEnd)
    request.on('error', onAbort)
    request.on('close', onAbort)
  })
}

function ignore(): void {
  // The connection is being given up; how it ends does not matter.
}

/** Length that the headers declare; 0 when they declare none. */
export function declaredLength(request: IncomingMessage): number {
  const header = request.headers['content-length']
  return header === undefined ? 0 : Number(header)
}
