// Goal: the version before runs beside this one, and an operator may go back. Method: under load
// its processes are replaced one after the other, with kills in between; the processor of before is
// started beside the new one, then in its place, then replaced again. Judged by the oracle, but for
// what the version before did not know.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { afterAll, describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import {
  checkOutFormerVersion,
  FORMER_COMMIT,
  UNKNOWN_TO_FORMER,
  untilSettled,
} from '@wabastream/end-to-end'
import { eventually } from '@wabastream/testing'
import { readCommittedSum } from '../harness/cluster-progress.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { type FaultPipeline } from '../harness/fault-pipeline.ts'

const SETTLE_MS = 180_000
/** In the answer of the broker to one that is not let in. */
const REFUSAL = /supported protocols are incompatible/
const former = await mkdtemp(join(tmpdir(), 'wabastream-former-'))
afterAll(() => rm(former, { recursive: true }))

if (await checkOutFormerVersion(former)) {
  faultCase(import.meta.url, {
    title: 'loses and doubles nothing, and shows on what the older writer drops',
    pipeline: {
      cluster: 'single',
      instances: { decoder: 2, 'timeline-processor': 2, 'clickhouse-sink': 2 },
      former: { root: former, names: ['decoder-1', 'timeline-processor-1', 'clickhouse-sink-1'] },
      later: ['decoder-2', 'timeline-processor-2', 'clickhouse-sink-2'],
    },
    deadlineMs: 600_000,
    mayDiffer: (difference) =>
      UNKNOWN_TO_FORMER.has(/ (\w+): expected /.exec(difference)?.[1] ?? ''),
    async play(scene) {
      await scene.load.sendDuring({ count: 300, ratePerSecond: 30 }, async () => {
        await replaceOneAfterTheOther(scene)
      })
      await goBackAndForth(scene)
    },
  })
} else {
  describe('two versions', () => {
    it.todo(`this clone's history does not reach back to ${FORMER_COMMIT}: none is tried`)
  })
}

/** In the order that docs/operations.md names: sinks, processors, decoders. */
async function replaceOneAfterTheOther({ faults, pipeline }: FaultScene): Promise<void> {
  const [sink, nextSink] = pipeline.instances('clickhouse-sink')
  const [decoder, nextDecoder] = pipeline.instances('decoder')
  const [processor, next] = pipeline.instances('timeline-processor')
  if (!sink || !nextSink || !decoder || !nextDecoder || !processor || !next) throw new Error('few')
  await untilDone(pipeline)
  await nextSink.start()
  await nextSink.untilReady()
  await faults.inject('kill -9 of the sink of before', () => sink.kill(), {
    recovers: 'clickhouse-sink',
  })
  await next.start()
  await next.untilReady()
  expect(await next.log()).toMatch(REFUSAL)
  await untilDone(pipeline)
  await faults.inject('kill -9 of the processor of before', () => processor.kill(), {
    recovers: 'timeline-processor',
  })
  await processor.start()
  await processor.whenEnded()
  expect(await processor.log()).toMatch(REFUSAL)
  await faults.inject(
    'kill -9 of the processor',
    async () => {
      await next.kill()
      await next.start()
    },
    { recovers: 'timeline-processor' },
  )
  await nextDecoder.start()
  await nextDecoder.untilReady()
  await faults.inject('kill -9 of the decoder of before', () => decoder.kill(), {
    recovers: 'decoder',
  })
}

/** The processor of before folds repeats onto the state of this version, then this one again. */
async function goBackAndForth({ faults, load, pipeline }: FaultScene): Promise<void> {
  const former = pipeline.instance('timeline-processor', 1)
  const next = pipeline.instance('timeline-processor', 2)
  await load.send({ count: 200, ratePerSecond: 50 })
  await untilSettled(pipeline.kafka, SETTLE_MS)
  const before = await readShown(pipeline)
  await next.stop()
  await former.start()
  await former.untilReady()
  await load.sendAgain(50)
  await former.kill()
  faults.counted()
  await former.start()
  await load.sendAgain(50)
  await untilSettled(pipeline.kafka, SETTLE_MS)
  await former.stop()
  await next.start()
  await next.untilReady()
  await load.sendAgain(50)
  await untilSettled(pipeline.kafka, SETTLE_MS)
  const after = await readShown(pipeline)
  expect(before.size).toBeGreaterThan(100)
  expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before))
}

/** What analysts see of each message; a repeat is received later, and changes nothing else. */
async function readShown({ clickhouseUrl }: FaultPipeline): Promise<ReadonlyMap<string, object>> {
  const client = createClient({ url: clickhouseUrl })
  try {
    const result = await client.query({
      query: 'SELECT * EXCEPT last_received_at FROM wa.messages',
      format: 'JSONEachRow',
    })
    return new Map(
      (await result.json<Record<string, unknown>>()).map((row) => [
        JSON.stringify([row['number'], row['message_id'], row['participant']]),
        row,
      ]),
    )
  } finally {
    await client.close()
  }
}

async function untilDone({ kafka }: FaultPipeline): Promise<void> {
  const done = () => readCommittedSum(kafka, 'timeline-processor', topicNames(1).events)
  const before = await done()
  await eventually('the processor is at work', async () => (await done()) > before, 60_000)
}
