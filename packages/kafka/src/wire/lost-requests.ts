import { type Socket } from 'node:net'
import { within } from './within.ts'

/** What is used of network/connection.js. */
interface Connection {
  readonly broker: string
  readonly connectionTimeout: number
  readonly requestQueue: RequestQueue
  readonly socket?: Socket
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  isConnected(): boolean
  connect(): Promise<unknown>
  authenticate(): Promise<unknown>
  send(request: ProtocolRequest): Promise<unknown>
  disconnect(): Promise<unknown>
}

interface RequestQueue {
  readonly requestTimeout: number
  rejectAll(error: Error): void
}

interface ProtocolRequest {
  readonly requestTimeout?: number | null
  readonly request: { readonly apiName: string }
}

export interface ConnectionClass {
  readonly prototype: Connection
}

export interface ConnectionErrorClass {
  new (message: string, options: { readonly broker: string }): Error
}

/** Longer than the client's own limits, so that those come first where they work. */
const MARGIN_MS = 2_000
const SIZE_BYTES = 4

/**
 * Amends network/connection.js, which loses requests: a request that is written while an older
 * socket of the same connection is being given up stays in a queue that nobody empties, with its
 * timer stopped, and its caller waits for ever. Here nothing takes longer than its limit, and a new
 * socket does not begin with half an answer from the old one.
 */
export function loseNoRequest<Class extends ConnectionClass>(
  shipped: Class,
  ConnectionError: ConnectionErrorClass,
): Class {
  const connection = shipped.prototype
  const { authenticate, connect, disconnect, send } = connection
  const errorOf = ({ broker }: Connection, message: string): Error =>
    new ConnectionError(message, { broker })
  const giveUp = (lost: Connection, message: string): Error => {
    const error = errorOf(lost, message)
    lost.socket?.destroy(error)
    return error
  }
  connection.connect = async function connectInTime() {
    if (!this.isConnected()) forgetAnswers(this)
    return await within(this.connectionTimeout + MARGIN_MS, connect.call(this), () =>
      giveUp(this, 'no connection in time'),
    )
  }
  connection.authenticate = async function authenticateInTime() {
    return await within(limitOf(this), authenticate.call(this), () =>
      giveUp(this, 'not authenticated in time'),
    )
  }
  connection.send = async function sendInTime(request) {
    return await within(limitOf(this, request), send.call(this, request), () =>
      giveUp(this, `no answer to ${request.request.apiName} in time`),
    )
  }
  connection.disconnect = async function disconnectInTime() {
    const timer = setTimeout(() => {
      this.requestQueue.rejectAll(errorOf(this, 'the connection was closed'))
    }, limitOf(this)).unref()
    return await disconnect.call(this).finally(() => {
      clearTimeout(timer)
    })
  }
  return shipped
}

function forgetAnswers(connection: Connection): void {
  connection.chunks = []
  connection.bytesBuffered = 0
  connection.bytesNeeded = SIZE_BYTES
}

function limitOf({ requestQueue }: Connection, request?: ProtocolRequest): number {
  return Math.max(requestQueue.requestTimeout, request?.requestTimeout ?? 0) + MARGIN_MS
}
