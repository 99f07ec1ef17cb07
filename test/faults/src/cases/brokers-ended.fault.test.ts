// Goal: whichever broker goes, by kill -9 or in order, nothing is lost or doubled. Method: under
// load, end in turn the leader of a raw partition, the group's and the transactions' coordinator
// and the controller, five rounds each (WABASTREAM_ROUNDS), and start the broker again when the
// users of the role work without it.
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { readCommittedSum } from '../harness/cluster-progress.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import {
  controller,
  groupCoordinator,
  partitionLeader,
  transactionCoordinator,
} from '../harness/cluster-roles.ts'

const PARTITION = 0
/** A new leader is chosen within seconds; the others' limit is that of every recovery. */
const ACKED_WITHIN_MS = 60_000
const ROUNDS = Number(process.env['WABASTREAM_ROUNDS'] ?? 5)
const topics = topicNames(1)
const processors = consumerGroup('timeline-processor', 1)

interface Role {
  readonly name: string
  /** Id of the broker that has it. */
  readonly find: (address: string) => Promise<number>
  /** Grows when another broker has taken over the role; read while that broker is away. */
  readonly progress: (scene: FaultScene) => Promise<number>
  readonly timeoutMs?: number
}

const roles: readonly Role[] = [
  {
    name: 'leader',
    find: (address) => partitionLeader(address, topics.raw, PARTITION),
    progress: ({ pipeline }) => endOf(pipeline, topics.raw),
    timeoutMs: ACKED_WITHIN_MS,
  },
  {
    name: 'group coordinator',
    find: (address) => groupCoordinator(address, processors),
    progress: ({ pipeline }) =>
      readCommittedSum(pipeline.kafka, 'timeline-processor', topics.events),
  },
  {
    name: 'transaction coordinator',
    find: (address) =>
      transactionCoordinator(address, `${processors}-${topics.events}-${PARTITION}`),
    progress: async ({ pipeline }) =>
      (await pipeline.kafka.admin.committedOffsets(processors, topics.events)).get(PARTITION) ?? 0,
  },
  {
    name: 'controller',
    find: controller,
    progress: async ({ load }) => load.ackedCount,
    timeoutMs: ACKED_WITHIN_MS,
  },
]

faultCase(import.meta.url, {
  title: 'loses and doubles nothing whichever broker goes, and however',
  pipeline: { cluster: 'three', supervise: true },
  deadlineMs: 240_000 + ROUNDS * 300_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 25 }, async () => {
      for (let round = 0; round < ROUNDS; round++) await endEach(scene)
    })
    // Starts of processes that ended by themselves.
    for (const { name, startCount } of scene.pipeline.services) {
      scene.faults.measure({ [`restarts of ${name}`]: startCount - 1 })
    }
  },
})

async function endEach(scene: FaultScene): Promise<void> {
  const { faults, pipeline } = scene
  for (const { find, name, progress, timeoutMs } of roles) {
    for (const end of ['kill', 'stop'] as const) {
      const broker = pipeline.cluster.broker(await find(pipeline.cluster.addresses[0] ?? ''))
      await faults.inject(`${end} the ${name}`, () => broker[end](), {
        recovers: () => progress(scene),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      })
      await broker.start()
    }
  }
}

async function endOf({ kafka }: FaultScene['pipeline'], topic: string): Promise<number> {
  return (await kafka.admin.endOffsets(topic)).get(PARTITION) ?? 0
}
