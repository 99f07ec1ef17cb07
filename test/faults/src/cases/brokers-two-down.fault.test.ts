// Goal: without enough brokers nothing is acknowledged, and nothing acknowledged is lost. Method:
// kill -9 two of three under load. Their controller goes on, so that the third leads every
// partition and could well append: acknowledgements stop all the same. Then start the two again.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { type PartitionRoles, partitionsOf } from '../harness/cluster-roles.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { PARTITIONS } from '../harness/pipeline-stack.ts'
import { readRefusals } from '../harness/spool-folder.ts'

const DOWN_MS = 15_000
/** Time for the answers to requests in flight when the brokers ended. */
const IN_FLIGHT_MS = 8_000
const LED_WITHIN_MS = 60_000
const IN_SYNC_WITHIN_MS = 60_000
const BROKERS = 3

faultCase(import.meta.url, {
  title: 'acknowledges nothing while two of three brokers are down, and loses nothing',
  pipeline: { cluster: 'three', isControllerApart: true, supervise: true },
  deadlineMs: 360_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 40 }, async () => {
      for (const survivor of [1, 2]) {
        await scene.faults.inject(
          'kill -9 of two of three brokers',
          () => leaveAlone(scene, survivor),
          { recovers: 'ingestor' },
        )
      }
    })
    // None ended by itself: a process that finds no coordinator looks for it again.
    const restarted = scene.pipeline.services.filter(({ startCount }) => startCount > 1)
    expect(restarted.map(({ name }) => name)).toEqual([])
  },
})

async function leaveAlone({ load, pipeline }: FaultScene, survivor: number): Promise<void> {
  const { cluster } = pipeline
  const gone = cluster.brokers.filter(({ id }) => id !== survivor)
  const ingestor = pipeline.instance('ingestor')
  // A replica that is behind when the two end can never lead, with or without the setting.
  await eventually(
    'all replicas of the raw topic are in sync',
    () => isRaw(cluster.broker(survivor), ({ inSync }) => inSync.length === BROKERS),
    IN_SYNC_WITHIN_MS,
  )
  await Promise.all(gone.map((broker) => broker.kill()))
  await eventually(
    'the survivor leads all of the raw topic',
    () => isRaw(cluster.broker(survivor), ({ leader }) => leader === survivor),
    LED_WITHIN_MS,
  )
  await delay(IN_FLIGHT_MS)
  const before = { acked: load.ackedCount, refused: await readRefusals(ingestor) }
  await delay(DOWN_MS)
  expect(load.ackedCount).toBe(before.acked)
  // Webhooks came all the time.
  expect(await readRefusals(ingestor)).toBeGreaterThan(before.refused)
  await Promise.all(gone.map((broker) => broker.start()))
}

/** Of every partition of the raw topic, as that broker knows it. */
async function isRaw(
  { address }: { readonly address: string },
  isSo: (partition: PartitionRoles) => boolean,
): Promise<boolean> {
  const partitions = await partitionsOf(address, topicNames(1).raw)
  return partitions.length === PARTITIONS && partitions.every(isSo)
}
