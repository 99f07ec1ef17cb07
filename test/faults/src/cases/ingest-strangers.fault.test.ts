// Goal: strangers who send most of a body and wait do not keep genuine webhooks out. Method: 320 of
// them, half to a channel that exists, with more than twice what their memory holds; those that are
// closed come again. Genuine webhooks are sent beside them.
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'

/** The small ones take what is left between the large ones. */
const BODY_BYTES = [...Array<number>(120).fill(300_000), ...Array<number>(200).fill(600)]
const STRANGERS_BYTES_MAX = 16_777_216
const AWAY_MS = 1_000
const COUNT = 1_000
const RATE = 100

faultCase(import.meta.url, {
  title: 'takes genuine webhooks at their first attempt beside strangers with endless bodies',
  pipeline: {
    cluster: 'single',
    env: () => ({ STRANGERS_BYTES_MAX: String(STRANGERS_BYTES_MAX) }),
  },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const strangers = new Strangers(Number(new URL(pipeline.webhookUrls[0] ?? '').port))
    try {
      await eventually('some had to go', () => strangers.sentAwayCount > BODY_BYTES.length)
      const before = strangers.sentAwayCount
      const [report] = await load.send({ count: COUNT, ratePerSecond: RATE })
      expect(report?.sent).toBeGreaterThanOrEqual(COUNT)
      expect(report).toMatchObject({ acked: report?.sent, retries: 0 })
      const { p99 = Infinity } = report?.latencyMs ?? {}
      faults.measure({ besideP99Ms: p99, sentAway: strangers.sentAwayCount - before })
      expect(strangers.sentAwayCount).toBeGreaterThan(before)
      faults.counted()
    } finally {
      await strangers.stop()
    }
  },
})

/** Each sends its body but for the last byte. */
class Strangers {
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  readonly #all: Promise<unknown>
  readonly #end = new AbortController()
  sentAwayCount = 0

  constructor(port: number) {
    this.#port = port
    this.#all = Promise.all(BODY_BYTES.map((bytes, index) => this.#goOn(bytes, index)))
  }

  async stop(): Promise<void> {
    this.#end.abort()
    for (const socket of this.#sockets) socket.destroy()
    await this.#all
  }

  async #goOn(bytes: number, index: number): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#tryOnce(bytes, index % 2 === 0 ? 'cloud' : 'nobody')
      this.sentAwayCount += 1
      await delay(AWAY_MS, undefined, { signal: this.#end.signal }).catch(() => undefined)
    }
  }

  #tryOnce(bytes: number, channel: string): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1')
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket
      .resume()
      .write(
        `POST /webhooks/${channel} HTTP/1.1\r\nhost: a\r\ncontent-length: ${bytes + 1}\r\n` +
          `x-hub-signature-256: sha256=${'0'.repeat(64)}\r\n\r\n`,
      )
    socket.write(Buffer.alloc(bytes))
    return new Promise((resolve) => {
      socket.once('close', () => {
        this.#sockets.delete(socket)
        resolve()
      })
    })
  }
}
