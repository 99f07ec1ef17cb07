import { connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { text } from 'node:stream/consumers'
import { type SimulatedWebhook } from '@wabastream/simulator'

export interface RawAnswer {
  /** 0 when the connection was closed without one. */
  readonly status: number
  readonly receipt: string | undefined
}

/**
 * The head of a request, byte for byte as it is to be sent; its connection ends with the answer.
 */
export function headOf(webhook: SimulatedWebhook, more: Readonly<Record<string, string>>): string {
  const headers = { host: 'localhost', connection: 'close', ...webhook.headers, ...more }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${webhook.path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** The body in chunks of 64 KiB. */
export function inChunks(body: Buffer): readonly Buffer[] {
  const size = 65_536
  const chunks: Buffer[] = []
  for (let start = 0; start < body.length; start += size) {
    const chunk = body.subarray(start, start + size)
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return [...chunks, Buffer.from('0\r\n\r\n')]
}

/** Sends bytes as they are, and reads the first answer. With `ca` over TLS. */
export async function postRaw(
  port: number,
  pieces: readonly (string | Buffer)[],
  ca?: string,
): Promise<RawAnswer> {
  const socket =
    ca === undefined
      ? connect(port, '127.0.0.1')
      : connectSecurely({ port, host: '127.0.0.1', servername: 'localhost', ca })
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
  socket.write(bytes)
  const answer = await text(socket)
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0),
    receipt: /^x-receipt-id: (\S+)/im.exec(answer)?.[1],
  }
}
