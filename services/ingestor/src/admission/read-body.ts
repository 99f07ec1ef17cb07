import { type IncomingMessage } from 'node:http'
import { type BodyBudget, type Reading } from './body-budget.ts'
import { BodyPieces, costOfPiece } from './body-pieces.ts'
import { type BodyReceiver, type IncomingRequest } from './incoming-request.ts'

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
export function readBody(request: IncomingRequest, limits: BodyLimits): Promise<BodyResult> {
  return new Promise((resolve) => {
    request.sendBodyTo(new BodyReading(request, limits, resolve))
  })
}

class BodyReading implements BodyReceiver {
  readonly #request: IncomingRequest
  readonly #bytesMax: number
  readonly #reading: Reading
  readonly #settle: (result: BodyResult) => void
  /** Most bodies come in one chunk, and need nothing to hold more. */
  #first: Buffer | null = null
  #pieces: BodyPieces | null = null

  constructor(
    request: IncomingRequest,
    { budget, bytesMax }: BodyLimits,
    settle: (result: BodyResult) => void,
  ) {
    this.#request = request
    this.#bytesMax = bytesMax
    this.#settle = settle
    this.#reading = budget.beginReading(() => this.#giveUp('too_slow'))
  }

  receiveChunk(chunk: Buffer): void {
    const first = this.#first
    const length = this.#pieces?.length ?? first?.length ?? 0
    if (length + chunk.length > this.#bytesMax) return this.#giveUp('too_large')
    const cost = first === null ? costOfPiece(chunk) : this.#continued(first).costOf(chunk)
    if (!this.#reading.charge(chunk.length, cost)) return this.#giveUp('no_room')
    if (first === null) this.#first = chunk
    else this.#continued(first).add(chunk)
  }

  receiveEnd(): void {
    this.#reading.end()
    this.#settle(this.#pieces?.join() ?? this.#first ?? EMPTY)
  }

  receiveAbort(): void {
    this.#stop('aborted')
  }

  #continued(first: Buffer): BodyPieces {
    this.#pieces ??= new BodyPieces(first)
    return this.#pieces
  }

  #giveUp(problem: BodyReadProblem): void {
    this.#request.dropBody()
    this.#stop(problem)
  }

  #stop(problem: BodyReadProblem): void {
    this.#first = null
    this.#pieces = null
    this.#reading.end()
    this.#settle(problem)
  }
}

/** Length that the headers declare; 0 when they declare none. */
export function declaredLength(request: IncomingMessage): number {
  const header = request.headers['content-length']
  return header === undefined ? 0 : Number(header)
}
