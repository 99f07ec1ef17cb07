import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** For tests: what a server does with bytes that no HTTP client would send. */
export interface RawExchange {
  readonly socket: Socket
  /** Everything received so far. */
  received(): string
  /** Resolves with everything received when the server has closed the connection. */
  closed(): Promise<string>
}

export async function openRawExchange(port: number): Promise<RawExchange> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  const close = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  // A reset is one way for a server to close.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return {
    socket,
    received: () => text,
    async closed() {
      await close
      return text
    },
  }
}
