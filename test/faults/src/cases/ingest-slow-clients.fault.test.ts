// Goal: clients that hardly send keep nobody else from being served. Method: 2 000 sockets that
// send one byte a second, half of them of a head and half of a body, and 10 000 idle keep-alive
// connections, while webhooks go on.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'

const SLOW_SOCKETS = 2_000
const IDLE_SOCKETS = 10_000
const CLOSED_WITHIN_MS = 12_000
const HEAD = 'POST /webhooks/cloud HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n'

faultCase(import.meta.url, {
  title: 'serves webhooks beside slow clients and idle connections, and closes the slow ones',
  pipeline: { cluster: 'single', env: () => ({ CONNECTIONS_MAX: '15000' }) },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const port = Number(new URL(pipeline.webhookUrls[0] ?? '').port)
    const idle: Socket[] = []
    try {
      for (let batch = 0; batch < IDLE_SOCKETS; batch += 250) {
        idle.push(...await Promise.all(Array.from({ length: 250 }, () => open(port))))
      }
      await load.send({ count: 300, ratePerSecond: 100 })
      expect(idle.filter((socket) => !socket.destroyed).length).toBe(IDLE_SOCKETS)
      faults.counted()
    } finally {
      for (const socket of idle) socket.destroy()
    }
    const slow = await Promise.all(Array.from({ length: SLOW_SOCKETS }, () => open(port)))
    const startedMs = performance.now()
    let lastClosedMs = startedMs
    for (const socket of slow) socket.once('close', () => { lastClosedMs = performance.now() })
    // One half goes on with a header that never ends, the other with a body.
    slow.forEach((socket, index) => socket.write(`${HEAD}${index % 2 === 0 ? '\r\n' : 'x: '}`))
    const trickle = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write('P')
    }, 1_000)
    try {
      await load.send({ count: 600, ratePerSecond: 100 })
      await eventually('slow clients are closed', () => slow.every((one) => one.destroyed))
      expect(lastClosedMs - startedMs).toBeLessThan(CLOSED_WITHIN_MS)
      faults.counted()
    } finally {
      clearInterval(trickle)
      for (const socket of slow) socket.destroy()
    }
  },
})

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  // One answer first, so that it counts as kept alive.
  socket.write('GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(socket, 'data')
  return socket
}
