import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

/** Where a broker's address really leads: another address if there is a proxy or a tunnel. */
export type ResolveAddress = (address: BrokerAddress) => BrokerAddress

interface SocketRequest extends BrokerAddress {
  readonly ssl?: ConnectionOptions | null
  readonly onConnect: () => void
}

const KEEP_ALIVE_MS = 60_000
const CONNECT_MS_MAX = 10_000
/** A peer that is gone never answers the end of a connection. */
const END_MS_MAX = 1_000

/** All connections of one client, which can find that one is dead long before TCP does. */
export class SocketSet {
  readonly #open = new Map<Socket, string>()
  readonly #resolve: ResolveAddress
  #isShut = false

  constructor(resolve: ResolveAddress = (address) => address) {
    this.#resolve = resolve
  }

  get isShut(): boolean {
    return this.#isShut
  }

  /** The client calls it for each connection. */
  readonly create = (request: SocketRequest): Socket => {
    const { host, port } = this.#resolve({ host: request.host, port: request.port })
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket =
      request.ssl === undefined || request.ssl === null
        ? connect({ host, port }, request.onConnect)
        : connectTls({ host, port, ...name, ...request.ssl }, request.onConnect)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.setNoDelay(true)
    this.#open.set(socket, `${request.host}:${request.port}`)
    const timer = setTimeout(() => {
      if (socket.connecting) socket.destroy(new Error('no connection in time'))
    }, CONNECT_MS_MAX).unref()
    socket.once('close', () => {
      clearTimeout(timer)
      this.#open.delete(socket)
    })
    socket.once('finish', () => {
      setTimeout(() => socket.destroy(), END_MS_MAX).unref()
    })
    if (this.#isShut) socket.destroy(new Error('the client is closed'))
    return socket
  }

  /** Breaks the connections to a broker (`host:port`) that no longer answers. */
  breakTo(broker: string, reason: string): void {
    for (const [socket, address] of this.#open) {
      if (address === broker) socket.destroy(new Error(reason))
    }
  }

  /** Breaks all connections and allows no new ones: nothing more can reach a broker from here. */
  shut(): void {
    this.#isShut = true
    for (const socket of this.#open.keys()) socket.destroy(new Error('the client is closed'))
  }
}
