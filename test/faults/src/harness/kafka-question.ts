import { connect } from 'node:net'

// Requests of Kafka's protocol that the client library does not know, byte by byte.

const ANSWER_TIMEOUT_MS = 15_000
/** Size and correlation id. */
const HEAD_BYTES = 8

/** Resolves with what follows the correlation id. */
export function askKafka(address: string, head: Buffer, body: Buffer): Promise<Buffer> {
  const [host = '', port] = address.split(':')
  const request = Buffer.concat([int32(head.length + body.length), head, body])
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const socket = connect(Number(port), host, () => socket.write(request))
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error(`${address} is silent`)))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return
      resolve(received.subarray(HEAD_BYTES))
      socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      reject(new Error(`${address} hung up`))
    })
  })
}

export function requestHead(apiKey: number, version: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeInt16BE(apiKey, 0)
  bytes.writeInt16BE(version, 2)
  bytes.writeInt32BE(1, 4)
  return Buffer.concat([bytes, text('faults')])
}

export function text(value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeInt16BE(value.length)
  return Buffer.concat([length, Buffer.from(value)])
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export class AnswerReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  skip(count: number): void {
    this.#at += count
  }

  int8(): number {
    this.#at += 1
    return this.#bytes.readInt8(this.#at - 1)
  }

  int16(): number {
    this.#at += 2
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  /** Skipped: nobody asks for one. */
  text(): void {
    this.skip(Math.max(0, this.int16()))
  }

  each(read: () => void): void {
    const count = this.int32()
    for (let index = 0; index < count; index++) read()
  }
}
