// Goal: a destination that is dead is nobody else's affair. Method: of five destinations one
// refuses all connections; the other four get everything, and soon.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { forwardCase } from '../forwarding/forward-case.ts'

const RATE = 100
const PLAY_MS = 15_000
/** How long the others may take for what was appended last. */
const SOON_MS = 3_000

forwardCase(import.meta.url, {
  title: 'hands everything on to four destinations while a fifth is dead',
  destinations: [{}, {}, { isDead: true }, {}, {}],
  deadlineMs: 60_000,
  async play({ faults, feed, outcomes, receivers }) {
    await feed.appendDuring(RATE, () => delay(PLAY_MS))
    const alive = receivers.filter((_, index) => index !== 2)
    await eventually(
      'the others have everything',
      () => alive.every(({ keptCount }) => keptCount === feed.digests.size),
      SOON_MS,
    )
    const refused = await outcomes('connection')
    faults.counted()
    faults.measure({ refusedConnections: refused })
    expect(refused).toBeGreaterThanOrEqual(5)
    expect(receivers[2]?.keptCount).toBe(0)
  },
})
