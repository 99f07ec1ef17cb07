// Goal: partitions that wait for a destination which is away are read on by whoever has them when
// it is back. Method: it is away until no partition is read any more; meanwhile a second forwarder
// joins and leaves again, so that the first one gets back what it had put aside.
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@wabastream/testing'
import { forwardCase } from '../forwarding/forward-case.ts'
import { readMetric } from '../harness/spool-folder.ts'

/** More than three partitions hold in memory. */
const BACKLOG = 15_000
const AT_ONCE = 1_500
/** Reading would have gone on by then. */
const STILL_MS = 1_500
const LAG = 'wa_kafka_consumer_lag_records'

forwardCase(import.meta.url, {
  title: 'reads on what it had put aside after partitions have changed hands',
  destinations: [{}],
  forwarders: 2,
  deadlineMs: 90_000,
  async play({ faults, feed, keptCount, receivers: [receiver], stack }) {
    const [first, second] = stack.forwarders
    await second?.stop()
    await receiver?.close()
    for (let appended = 0; appended < BACKLOG; appended += AT_ONCE) await feed.append(AT_ONCE)
    await eventually('it is known to be away', async () => {
      const metrics = (await first?.metrics()) ?? ''
      return readMetric(metrics, 'wa_forwarder_destination_away') === 1
    })
    const readLag = async (): Promise<number> => readMetric((await first?.metrics()) ?? '', LAG)
    const putAside = await eventually('it does not read on', async () => {
      const lag = await readLag()
      await delay(STILL_MS)
      return lag > 0 && (await readLag()) === lag ? lag : undefined
    })
    faults.measure({ putAside })
    await faults.inject(
      'another joins and leaves',
      async () => {
        await second?.start()
        await second?.untilReady()
        await second?.stop()
        await receiver?.open()
      },
      { recovers: keptCount, timeoutMs: 60_000 },
    )
  },
})
