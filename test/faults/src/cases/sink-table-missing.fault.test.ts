// Goal: rows without a table wait for it. Method: take a table away under load, see the alarm and
// the other tables going on, restart the sink meanwhile, put the table back.
import { expect } from '@jest/globals'
import { createClickHouse } from '@wabastream/clickhouse'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const { transitions, events } = topicNames(1)
const STOPPED = /^wa_sink_stopped\{[^}]*table="status_transitions"[^}]*\} 1$/m
const GROUP = consumerGroup('clickhouse-sink', 1)

faultCase(import.meta.url, {
  title: 'stops at a missing table, alarms, and writes everything once it is back',
  pipeline: { cluster: 'single', env: () => ({ SCHEMA_RETRY_MS: '2000' }) },
  deadlineMs: 180_000,
  async play(scene) {
    const { faults, load, pipeline } = scene
    const sink = pipeline.instance('clickhouse-sink')
    await load.send({ count: 500 })
    await load.sendDuring({ count: 500, ratePerSecond: 60 }, async () => {
      await faults.inject(
        'a table is missing',
        async () => {
          await rename(scene, 'status_transitions', 'set_aside')
          await eventually('the alarm', async () => STOPPED.test(await sink.metrics()))
          const [stoppedAt, eventsAt] = [
            await positions(scene, transitions),
            await positions(scene, events),
          ]
          await eventually(
            'the other tables go on',
            async () => sum(await positions(scene, events)) > sum(eventsAt),
          )
          await sink.stop()
          await sink.start()
          await eventually('the alarm after a restart', async () =>
            STOPPED.test(await sink.metrics()),
          )
          expect(await positions(scene, transitions)).toEqual(stoppedAt)
          await rename(scene, 'set_aside', 'status_transitions')
        },
        { recovers: 'clickhouse-sink' },
      )
    })
  },
})

async function rename({ pipeline }: FaultScene, from: string, to: string): Promise<void> {
  const client = createClickHouse({ url: pipeline.clickhouseUrl })
  await client.command(`RENAME TABLE wa_g1.${from} TO wa_g1.${to}`)
  await client.close()
}

async function positions({ pipeline }: FaultScene, topic: string): Promise<readonly number[]> {
  return [...(await pipeline.kafka.admin.committedOffsets(GROUP, topic))]
    .toSorted(([a], [b]) => a - b)
    .map(([, offset]) => offset)
}

function sum(offsets: readonly number[]): number {
  return offsets.reduce((total, offset) => total + offset, 0)
}
