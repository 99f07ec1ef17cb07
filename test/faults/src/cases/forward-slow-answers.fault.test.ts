// Goal: answers that come byte by byte hold a destination up no longer than its timeout. Method:
// for a while every answer is a 200 whose body comes at one byte a second; then all is well, and
// what was sent meanwhile gets there, too.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { forwardCase } from '../forwarding/forward-case.ts'
import { accept, type Behaviour } from '../forwarding/webhook-receiver.ts'

const TIMEOUT_MS = 2_000
const SLOW_MS = 8_000
const ANSWER_BYTES = 600
const BYTE_MS = 1_000

/** Kept at once; the answer would take ten minutes. */
const drip: Behaviour = ({ keep, response }) => {
  keep()
  response.writeHead(200, { 'content-length': String(ANSWER_BYTES) })
  const timer = setInterval(() => response.write('.'), BYTE_MS)
  response.once('close', () => clearInterval(timer))
}

forwardCase(import.meta.url, {
  title: 'gives up answers at one byte a second, and repeats what they were for',
  destinations: [{ settings: { timeoutMs: TIMEOUT_MS } }],
  deadlineMs: 75_000,
  async play({ faults, feed, outcomes, receivers: [receiver] }) {
    let after = 0
    await feed.appendDuring(50, async () => {
      await faults.inject(
        'one byte a second',
        async () => {
          receiver?.behave(drip)
          await delay(SLOW_MS)
          receiver?.behave((arrival) => {
            after += 1
            accept(arrival)
          })
        },
        { recovers: async () => after, timeoutMs: 40_000 },
      )
    })
    faults.measure({ timeouts: await outcomes('timeout') })
    expect(faults.measured['timeouts']).toBeGreaterThanOrEqual(16)
  },
})
