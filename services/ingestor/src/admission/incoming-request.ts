import { IncomingMessage, type RequestListener } from 'node:http'

/** Where a body goes as it comes in. */
export interface BodyReceiver {
  receiveChunk(chunk: Buffer): void
  /** The body is complete. Nothing is called after it. */
  receiveEnd(): void
  /** The connection ended before the body did. Nothing is called after it. */
  receiveAbort(): void
}

/**
 * A request whose body may be handed to a receiver straight from the parser. As a stream, with its
 * events and turns of the queue, it would cost a tenth of what a webhook costs
 * (docs/decisions/0240).
 */
export class IncomingRequest extends IncomingMessage {
  #receiver: BodyReceiver | null = null

  /** Before any of the body was read, which holds within the listener for requests. */
  sendBodyTo(receiver: BodyReceiver): void {
    this.#receiver = receiver
    // Otherwise Node reads a body that nobody has asked for, and drops it, after the answer.
    this._read(0)
  }

  /** What comes from now on is dropped. */
  dropBody(): void {
    this.#receiver = null
    this.resume()
  }

  /** Node's parser calls it with each piece, and with null after the last. */
  override push(chunk: Buffer | null): boolean {
    const receiver = this.#receiver
    if (receiver === null) return super.push(chunk)
    if (chunk === null) {
      this.#receiver = null
      receiver.receiveEnd()
    } else receiver.receiveChunk(chunk)
    return true
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const receiver = this.#receiver
    this.#receiver = null
    super._destroy(error, callback)
    receiver?.receiveAbort()
  }
}

export type IncomingRequestListener = RequestListener<typeof IncomingRequest>
