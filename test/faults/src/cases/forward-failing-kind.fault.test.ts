// Goal: webhooks of a kind that an application can't bear hold up none of the others, and become
// dead letters. Method: it answers one in fifty with 500 whenever that one comes.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { forwardCase } from '../forwarding/forward-case.ts'
import { accept, refuseWith } from '../forwarding/webhook-receiver.ts'

const PLAY_MS = 15_000
/** From the last webhook on; those that fail are tried for longer. */
const OTHERS_WITHIN_MS = 5_000
const fails = (receipt: string): boolean => Number(receipt.slice(-7)) % 50 === 0

forwardCase(import.meta.url, {
  title: 'hands on what lies around webhooks that fail for ever, and gives those up',
  destinations: [{ refuses: fails, settings: { failedAfter: 4 } }],
  deadlineMs: 60_000,
  async play({ faults, feed, keptCount, outcomes, receivers: [receiver] }) {
    let failures = 0
    const seen = new Set<string>()
    receiver?.behave((arrival) => {
      seen.add(arrival.receipt)
      if (!fails(arrival.receipt)) return accept(arrival)
      failures += 1
      refuseWith(500)(arrival)
    })
    await feed.appendDuring(300, () => delay(PLAY_MS))
    const healthy = [...feed.digests.keys()].filter((receipt) => !fails(receipt)).length
    await eventually(
      'all others are accepted',
      async () => (await keptCount()) >= healthy,
      OTHERS_WITHIN_MS,
    )
    faults.counted(failures)
    faults.measure({ failures, healthy, failuresSeen: await outcomes('failed') })
    expect(failures).toBeGreaterThan(100)
  },
})
