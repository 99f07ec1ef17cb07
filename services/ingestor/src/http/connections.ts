import { type IncomingMessage, type ServerResponse } from 'node:http'
import { type Socket } from 'node:net'
import { type ConnectionProblem } from './ingestor-metrics.ts'

const SWEEP_INTERVAL_MS = 500
/**
 * Maximum number of unanswered requests of one connection. Providers and proxies send the next
 * one after the answer; some clients send a few ahead.
 */
const UNANSWERED_MAX = 32

export interface ConnectionsOptions {
  readonly connectionsMax: number
  /** How long a connection may be open without a request: as long as between two of them. */
  readonly silenceMsMax: number
  /** How long a client may leave answers unread. */
  readonly unreadMsMax: number
  readonly onProblem: (problem: ConnectionProblem) => void
}

interface Connection {
  readonly socket: Socket
  readonly openedAtMs: number
  readonly bytesAtOpening: number
  /** One for all of its requests: a listener each would cost more than the rest. */
  readonly onAnswered: () => void
  unanswered: number
  lastRequest: IncomingMessage | null
  unreadSinceMs: number | null
}

interface Handshake {
  readonly socket: Socket
  readonly address: string
  readonly openedAtMs: number
}

/**
 * All connections of the public port, including those in their TLS handshake. Limits what each may
 * cost; when there are too many, the oldest that never brought a genuine webhook makes room.
 */
export class Connections {
  readonly #options: ConnectionsOptions
  /**
   * By the address of the client, because a handshake has another socket than the connection after
   * it.
   */
  readonly #handshakes = new Map<string, Handshake>()
  readonly #connections = new Map<Socket, Connection>()
  /** Those that have brought no genuine webhook so far, the oldest first. */
  readonly #strangers = new Set<Connection>()
  readonly #sweep: NodeJS.Timeout

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.#sweep = setInterval(() => this.#check(), SWEEP_INTERVAL_MS).unref()
  }

  get size(): number {
    return this.#handshakes.size + this.#connections.size
  }

  /** Adds a connection whose TLS handshake begins. */
  beginHandshake(socket: Socket): void {
    const address = addressOf(socket)
    const handshake = { socket, address, openedAtMs: performance.now() }
    this.#handshakes.set(address, handshake)
    socket.once('close', () => {
      if (this.#handshakes.get(address) === handshake) this.#handshakes.delete(address)
    })
    this.#makeRoom()
  }

  /** Adds a connection that may bring requests. */
  open(socket: Socket): void {
    this.#handshakes.delete(addressOf(socket))
    const connection: Connection = {
      socket,
      openedAtMs: performance.now(),
      bytesAtOpening: socket.bytesRead,
      onAnswered: () => {
        connection.unanswered -= 1
      },
      unanswered: 0,
      lastRequest: null,
      unreadSinceMs: null,
    }
    this.#connections.set(socket, connection)
    this.#strangers.add(connection)
    socket.once('close', () => this.#forget(connection))
    this.#makeRoom()
  }

  isOpen(socket: Socket): boolean {
    return this.#connections.has(socket)
  }

  /** Whether no byte has come in since it was opened. */
  isSilent(socket: Socket): boolean {
    const connection = this.#connections.get(socket)
    return connection !== undefined && isSilent(connection)
  }

  /** False if the request is one too many: then its connection is closed. */
  beginRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    if (socket.destroyed) return false
    const connection = this.#connections.get(socket)
    if (connection === undefined) return true
    if (connection.unanswered >= UNANSWERED_MAX) {
      this.#end(connection, 'pipelined')
      return false
    }
    connection.unanswered += 1
    connection.lastRequest = request
    response.on('close', connection.onAnswered)
    return true
  }

  /** Notes that it brought a genuine webhook, so others make room first. */
  trust(socket: Socket): void {
    const connection = this.#connections.get(socket)
    if (connection !== undefined) this.#strangers.delete(connection)
  }

  /** Closes those without a request, where nobody waits for an answer. */
  endSilent(): void {
    for (const { socket } of this.#handshakes.values()) socket.destroy()
    for (const connection of this.#connections.values()) {
      if (isSilent(connection)) connection.socket.destroy()
    }
  }

  /** Closes those whose request is not complete. */
  endIncomplete(): void {
    for (const { lastRequest, socket } of this.#connections.values()) {
      if (lastRequest?.complete === false) socket.destroy()
    }
  }

  endAll(): void {
    clearInterval(this.#sweep)
    for (const { socket } of this.#handshakes.values()) socket.destroy()
    for (const { socket } of this.#connections.values()) socket.destroy()
  }

  #check(): void {
    const nowMs = performance.now()
    const { silenceMsMax, unreadMsMax } = this.#options
    for (const connection of this.#connections.values()) {
      const { openedAtMs, socket } = connection
      if (socket.writableLength === 0) connection.unreadSinceMs = null
      else connection.unreadSinceMs ??= nowMs
      if (nowMs - (connection.unreadSinceMs ?? nowMs) > unreadMsMax) {
        this.#end(connection, 'unread')
      } else if (connection.lastRequest === null) {
        // Node closes those that send a head too slowly, but not those that send empty lines.
        const msMax = isSilent(connection) ? silenceMsMax : silenceMsMax + unreadMsMax
        if (nowMs - openedAtMs > msMax) this.#end(connection, 'silent')
      }
    }
  }

  /** Closes the oldest of handshakes and strangers; the newest if it is the only one. */
  #makeRoom(): void {
    if (this.size <= this.#options.connectionsMax) return
    const [handshake] = this.#handshakes.values()
    const [stranger] = this.#strangers
    const isHandshakeOlder =
      handshake !== undefined &&
      (stranger === undefined || handshake.openedAtMs < stranger.openedAtMs)
    const isNewest = this.#handshakes.size + this.#strangers.size === 1
    this.#options.onProblem(isNewest ? 'limit' : 'evicted')
    if (isHandshakeOlder) {
      this.#handshakes.delete(handshake.address)
      handshake.socket.destroy()
    } else if (stranger !== undefined) {
      this.#forget(stranger)
      stranger.socket.destroy()
    }
  }

  #end(connection: Connection, problem: ConnectionProblem): void {
    this.#options.onProblem(problem)
    this.#forget(connection)
    connection.socket.destroy()
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.socket)
    this.#strangers.delete(connection)
  }
}

function isSilent({ bytesAtOpening, lastRequest, socket }: Connection): boolean {
  return lastRequest === null && socket.bytesRead === bytesAtOpening
}

/** Addresses of both ends, which no two connections share at a time. */
function addressOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress ?? ''} ${remoteAddress ?? ''} ${remotePort ?? ''}`
}
