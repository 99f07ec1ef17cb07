// Goal: clients that hardly send do not keep others from being served. Method: 2 000 sockets that
// send one byte a second, half of them of a head and half of a body, and 10 000 idle keep-alive
// connections, while webhooks go on.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const SLOW_SOCKETS = 2_000
const IDLE_SOCKETS = 10_000
const CLOSED_WITHIN_MS = 12_000
const RATE = 100
/** Far above what a busy machine needs, and far below the slow clients' time. */
const P99_MS_MAX = 5_000
/** With a signature: without one nobody would wait for the body. */
const HEAD =
  'POST /webhooks/cloud HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n' +
  `x-hub-signature-256: sha256=${'0'.repeat(64)}\r\n`

faultCase(import.meta.url, {
  title: 'serves webhooks beside slow clients and idle connections, and closes the slow ones',
  pipeline: { cluster: 'single', env: () => ({ CONNECTIONS_MAX: '15000' }) },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const port = Number(new URL(pipeline.webhookUrls[0] ?? '').port)
    const idle: Socket[] = []
    try {
      for (let batch = 0; batch < IDLE_SOCKETS; batch += 250) {
        idle.push(...(await Promise.all(Array.from({ length: 250 }, () => open(port)))))
      }
      await sendUndisturbed({ faults, load }, 'besideIdle', 300)
      expect(idle.filter((socket) => !socket.destroyed).length).toBe(IDLE_SOCKETS)
      faults.counted()
    } finally {
      for (const socket of idle) socket.destroy()
    }
    const slow = await Promise.all(Array.from({ length: SLOW_SOCKETS }, () => open(port)))
    const startedMs = performance.now()
    let lastClosedMs = startedMs
    for (const socket of slow)
      socket.once('close', () => {
        lastClosedMs = performance.now()
      })
    // One half goes on with a header that never ends, the other with a body.
    slow.forEach((socket, index) => socket.write(`${HEAD}${index % 2 === 0 ? '\r\n' : 'x: '}`))
    const trickle = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write('P')
    }, 1_000)
    try {
      await sendUndisturbed({ faults, load }, 'besideSlow', 600)
      await eventually('slow clients are closed', () => slow.every((one) => one.destroyed))
      expect(lastClosedMs - startedMs).toBeLessThan(CLOSED_WITHIN_MS)
      faults.counted()
    } finally {
      clearInterval(trickle)
      for (const socket of slow) socket.destroy()
    }
  },
})

/** Each webhook is taken at its first attempt: nobody is refused or waits until it gives up. */
async function sendUndisturbed(
  { faults, load }: Pick<FaultScene, 'faults' | 'load'>,
  what: string,
  count: number,
): Promise<void> {
  const [report] = await load.send({ count, ratePerSecond: RATE })
  expect(report?.retries).toBe(0)
  const { p99 = Infinity } = report?.latencyMs ?? {}
  faults.measure({ [`${what}P99Ms`]: p99 })
  expect(p99).toBeLessThan(P99_MS_MAX)
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  // First one good answer, so that the connection counts as kept alive; after an error it would be
  // closed.
  socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(socket, 'data')
  return socket
}
