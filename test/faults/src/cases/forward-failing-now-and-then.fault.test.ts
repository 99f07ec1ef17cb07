// Goal: a destination that fails now and then gets everything, and nothing is given up for it.
// Method: it answers one request in ten with 500, at random and whatever the webhook.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { forwardCase } from '../forwarding/forward-case.ts'
import { accept, refuseWith } from '../forwarding/webhook-receiver.ts'

const SHARE = 0.1
const PLAY_MS = 10_000

forwardCase(import.meta.url, {
  title: 'repeats one in ten that is answered with 500 until it is taken',
  destinations: [{}],
  deadlineMs: 60_000,
  async play({ faults, feed, outcomes, receivers: [receiver] }) {
    let failures = 0
    receiver?.behave((arrival) => {
      if (Math.random() >= SHARE) return accept(arrival)
      failures += 1
      refuseWith(500)(arrival)
    })
    await feed.appendDuring(200, () => delay(PLAY_MS))
    faults.counted(failures)
    faults.measure({ failures, failuresSeen: await outcomes('failed') })
    expect(failures).toBeGreaterThan(50)
  },
})
