// Goal: whichever broker goes, by kill -9 or in order, nothing is lost or doubled. Method: under
// load, end in turn the leader of a raw partition, the group's and the transactions' coordinator
// and the controller, five rounds each (WABASTREAM_ROUNDS), and start the broker again.
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import {
  controller, groupCoordinator, partitionLeader, transactionCoordinator,
} from '../harness/cluster-roles.ts'

const ROUNDS = Number(process.env['WABASTREAM_ROUNDS'] ?? 5)
const topics = topicNames(1)
const processors = consumerGroup('timeline-processor', 1)

const roles = {
  leader: (address: string) => partitionLeader(address, topics.raw, 0),
  'group coordinator': (address: string) => groupCoordinator(address, processors),
  'transaction coordinator': (address: string) =>
    transactionCoordinator(address, `${processors}-${topics.events}-0`),
  controller,
} as const

faultCase(import.meta.url, {
  title: 'loses and doubles nothing whichever broker goes, and however',
  pipeline: { cluster: 'three', supervise: true },
  deadlineMs: 240_000 + ROUNDS * 300_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 25 }, async () => {
      for (let round = 0; round < ROUNDS; round++) await endEach(scene)
    })
  },
})

async function endEach({ pipeline, faults }: FaultScene): Promise<void> {
  for (const [role, find] of Object.entries(roles)) {
    for (const end of ['kill', 'stop'] as const) {
      const id = await find(pipeline.cluster.addresses[0] ?? '')
      const broker = pipeline.cluster.broker(id)
      await faults.inject(`${end} the ${role}`, () => broker[end](), {
        recovers: 'ingestor', timeoutMs: 60_000,
      })
      await broker.start()
    }
  }
}
