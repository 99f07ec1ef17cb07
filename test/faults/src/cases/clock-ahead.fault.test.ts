// Goal: one ingestor whose clock is ahead forgets nothing and repeats nothing. Method: put one of
// its webhooks into the raw topic, with a status for each of some messages so that it meets every
// partition of the events, 60 days ahead; then ordinary traffic.
import { untilSettled } from '@wabastream/end-to-end'
import { appendRaw, statusBody } from '../harness/append-raw.ts'
import { faultCase } from '../harness/fault-case.ts'

const DAY_MS = 86_400_000
const MESSAGES = 60

faultCase(import.meta.url, {
  title: 'is as acknowledged although one clock was ahead',
  pipeline: { cluster: 'single' },
  deadlineMs: 240_000,
  async play(scene) {
    const { faults, load, pipeline, seed } = scene
    const ids = Array.from({ length: MESSAGES }, (_, index) => `ahead-${seed}-${index}`)
    const body = statusBody(ids, 'sent', Date.now())
    await appendRaw(scene, [{ body, partition: 0, receivedAtMs: Date.now() + 60 * DAY_MS }])
    await untilSettled(pipeline.kafka, 60_000)
    faults.counted()
    await load.send({ count: 1_500, ratePerSecond: 150 })
  },
})
