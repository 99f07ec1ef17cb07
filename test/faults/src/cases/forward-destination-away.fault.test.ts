// Goal: a destination that is away for long misses nothing, and none of its webhooks is blamed.
// Method: it refuses connections for WABASTREAM_AWAY_SECONDS (30; the promise is about 600) under
// traffic, with a limit of failures that would give a webhook up at the second; then it is back.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { forwardCase } from '../forwarding/forward-case.ts'
import { readMetric } from '../harness/spool-folder.ts'

const AWAY_MS = Number(process.env['WABASTREAM_AWAY_SECONDS'] ?? 30) * 1_000
const RATE = 50
/** The longest time between two questions whether it is there. */
const PROBE_MS_MAX = 30_000

forwardCase(import.meta.url, {
  title: 'keeps everything for a destination that is away, and gives nothing up',
  destinations: [{ settings: { failedAfter: 2 } }],
  deadlineMs: AWAY_MS + 120_000,
  async play({ faults, feed, keptCount, outcomes, receivers: [receiver], stack }) {
    const [forwarder] = stack.forwarders
    await feed.appendDuring(RATE, async () => {
      await eventually('something is handed on', async () => (await keptCount()) > 0)
      await faults.inject(
        'away',
        async () => {
          await receiver?.close()
          await eventually('it is known to be away', async () => {
            const metrics = (await forwarder?.metrics()) ?? ''
            return readMetric(metrics, 'wa_forwarder_destination_away') === 1
          })
          await delay(AWAY_MS)
          faults.measure({ refusedConnections: await outcomes('connection') })
          await receiver?.open()
        },
        { recovers: keptCount, timeoutMs: PROBE_MS_MAX + 10_000 },
      )
    })
    expect(faults.measured['refusedConnections']).toBeGreaterThanOrEqual(5)
  },
})
