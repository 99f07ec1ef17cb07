// Goal: forwarders that die under load lose nothing, and their groups count each webhook once.
// Method: webhooks come in through the ingestor, and kill -9 hits two forwarders in turn, each when
// it has just handed something on, so that partitions change hands every time. Some answers take
// longer than others, so that positions are committed with exceptions.
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@wabastream/testing'
import { forwardCase, type ForwardScene } from '../forwarding/forward-case.ts'
import { accept, type Behaviour } from '../forwarding/webhook-receiver.ts'

const KILLS = 4
const RATE = 100
const BETWEEN_MS = 1_000
const SLOW_EVERY = 20
const SLOW_MS = 1_500

forwardCase(import.meta.url, {
  title: 'loses nothing and counts nothing twice when forwarders are killed under load',
  destinations: [{}, { settings: { parallel: 4 } }],
  forwarders: 2,
  hasIngestor: true,
  deadlineMs: 150_000,
  async play(scene) {
    const { faults, keptCount, load, receivers } = scene
    for (const receiver of receivers) receiver.behave(createSlowAtTimes())
    await load.sendDuring({ count: 300, ratePerSecond: RATE }, async () => {
      for (let kills = 0; kills < KILLS; kills += 1) {
        await faults.inject('kill -9', () => killAtWork(scene, kills), { recovers: keptCount })
        await delay(BETWEEN_MS)
      }
    })
  },
})

/** Keeps nothing if the sender is gone when it would answer. */
function createSlowAtTimes(): Behaviour {
  let count = 0
  return function slowAtTimes(arrival) {
    count += 1
    if (count % SLOW_EVERY > 0) return accept(arrival)
    void delay(SLOW_MS).then(() => {
      if (!arrival.response.destroyed) accept(arrival)
    })
  }
}

async function killAtWork({ keptCount, stack }: ForwardScene, kills: number): Promise<void> {
  const instance = stack.forwarders[kills % stack.forwarders.length]
  await instance?.untilReady()
  const before = await keptCount()
  await eventually('something is handed on', async () => (await keptCount()) > before)
  await instance?.kill()
  await instance?.start()
}
