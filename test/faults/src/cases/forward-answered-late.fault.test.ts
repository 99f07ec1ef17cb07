// Goal: what a destination takes and confirms too late is sent again, and known by its receipt id.
// Method: every fifth webhook is kept at once and answered with 200 after the forwarder's timeout;
// the next time it is answered at once.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { forwardCase } from '../forwarding/forward-case.ts'
import { accept, acceptAfter } from '../forwarding/webhook-receiver.ts'

const TIMEOUT_MS = 500
const LATE_MS = 1_500
const EVERY = 5
const PLAY_MS = 10_000

forwardCase(import.meta.url, {
  title: 'repeats what is answered too late, and counts it once',
  destinations: [{ settings: { timeoutMs: TIMEOUT_MS } }],
  deadlineMs: 60_000,
  async play({ faults, feed, outcomes, receivers: [receiver] }) {
    const late = new Set<string>()
    receiver?.behave((arrival) => {
      if (arrival.time > 1 || Number(arrival.receipt.slice(-7)) % EVERY > 0) return accept(arrival)
      late.add(arrival.receipt)
      acceptAfter(LATE_MS)(arrival)
    })
    await feed.appendDuring(100, () => delay(PLAY_MS))
    await delay(LATE_MS)
    faults.counted(late.size)
    faults.measure({ late: late.size, timeouts: await outcomes('timeout') })
    const again = [...late].filter((receipt) => (receiver?.journal.get(receipt)?.kept ?? 0) > 1)
    expect(again.length).toBe(late.size)
  },
})
