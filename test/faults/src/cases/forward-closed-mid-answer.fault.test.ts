// Goal: a 200 that does not end is no acknowledgement. Method: every fifth webhook is answered with
// the head of a 200 and half of its body, then the connection is closed, and nothing was kept.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { forwardCase } from '../forwarding/forward-case.ts'
import { accept, type Behaviour } from '../forwarding/webhook-receiver.ts'

const EVERY = 5
const PLAY_MS = 10_000
const closeMidAnswer: Behaviour = ({ response }) => {
  response.writeHead(200, { 'content-length': '20' })
  response.write('only half.', () => response.destroy())
}

forwardCase(import.meta.url, {
  title: 'repeats what is answered with a 200 that breaks off',
  destinations: [{}],
  deadlineMs: 60_000,
  async play({ faults, feed, outcomes, receivers: [receiver] }) {
    let broken = 0
    receiver?.behave((arrival) => {
      if (arrival.time > 1 || Number(arrival.receipt.slice(-7)) % EVERY > 0) return accept(arrival)
      broken += 1
      closeMidAnswer(arrival)
    })
    await feed.appendDuring(100, () => delay(PLAY_MS))
    faults.counted(broken)
    faults.measure({ broken, brokenSeen: await outcomes('broken_answer') })
    expect(broken).toBeGreaterThan(50)
    expect(faults.measured['brokenSeen']).toBeGreaterThan(50)
  },
})
