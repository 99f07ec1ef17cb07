import { constants } from 'node:crypto'
import { type IncomingMessage } from 'node:http'
import { type Server as SecureServer } from 'node:https'
import { type Socket } from 'node:net'
import { type SecureContextOptions, type TlsOptions } from 'node:tls'

export interface KeyPair {
  readonly cert: Buffer
  readonly key: Buffer
}

/** The settings of HTTPS that can be replaced while connections are open. */
export class TlsSettings {
  #pair: KeyPair
  #clientAuthorities: readonly string[]
  #server: SecureServer | undefined
  /** What connections were asked for in their handshakes. */
  readonly #askedFor = new WeakMap<Socket, readonly string[]>()

  constructor(pair: KeyPair, clientAuthorities: readonly string[]) {
    this.#pair = pair
    this.#clientAuthorities = clientAuthorities
  }

  /** The options for creating a server. Which channel needs a certificate is known later. */
  get serverOptions(): TlsOptions {
    return { ...this.#context(), requestCert: true, rejectUnauthorized: false }
  }

  follow(server: SecureServer): void {
    this.#server = server
    server.on('secureConnection', (socket) => {
      this.#askedFor.set(socket, this.#clientAuthorities)
    })
  }

  /** For handshakes from now on; connections that are open go on. Throws if it cannot be used. */
  usePair(pair: KeyPair): void {
    const before = this.#pair
    this.#pair = pair
    try {
      this.#server?.setSecureContext(this.#context())
    } catch (error) {
      this.#pair = before
      throw error
    }
  }

  /** Authorities (PEM) whose certificates clients are asked for and checked against. */
  useClientAuthorities(authorities: readonly string[]): void {
    if (authorities.join('\n') === this.#clientAuthorities.join('\n')) return
    this.#clientAuthorities = authorities
    this.#server?.setSecureContext(this.#context())
  }

  /** The client was asked for other certificates than now, so it should connect again. */
  isOutdated({ socket }: IncomingMessage): boolean {
    return this.#askedFor.get(socket) !== this.#clientAuthorities
  }

  /** The authorities that the certificate of this connection was checked against. */
  authoritiesOf(socket: Socket): readonly string[] {
    return this.#askedFor.get(socket) ?? []
  }

  #context(): SecureContextOptions {
    const ca = [...this.#clientAuthorities]
    const common: SecureContextOptions = { ...this.#pair, minVersion: 'TLSv1.2', ca }
    // A session that is resumed by a ticket has lost the chain that the client sent.
    return ca.length === 0 ? common : { ...common, secureOptions: constants.SSL_OP_NO_TICKET }
  }
}
