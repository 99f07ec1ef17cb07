// Goal: a sink that dies around an insert loses and doubles no row, even if the rows come again in
// other batches. Method: kill -9 it while an insert is on its way, and when it is applied but not
// committed; the other sink, with other batches, takes everything over each time, and commits.
import { eventually } from '@wabastream/testing'
import { beforeClickHouse, insertInto } from '../harness/before-clickhouse.ts'
import { hasMovedOn, heldPartitions, readGroupProgress } from '../harness/cluster-progress.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { type HttpFault } from '../harness/http-fault-proxy.ts'

/** Each sink dies before and after an insert; never the one that has just been started again. */
const DEATHS = [
  { sink: 1, when: 'before', table: 'message_events' },
  { sink: 2, when: 'after', table: 'message_events' },
  { sink: 1, when: 'after', table: 'message_timeline' },
  { sink: 2, when: 'before', table: 'message_timeline' },
  { sink: 1, when: 'before', table: 'status_transitions' },
  { sink: 2, when: 'after', table: 'status_transitions' },
  { sink: 1, when: 'after', table: 'raw_webhooks' },
  { sink: 2, when: 'before', table: 'raw_webhooks' },
] as const
const TAKE_OVER_MS_MAX = 60_000
const before = beforeClickHouse([{}, { BATCH_ROWS_MAX: '37', BATCH_INTERVAL_MS: '90' }])

faultCase(import.meta.url, {
  title: 'loses and doubles no row when a sink is killed before and after an insert',
  pipeline: { cluster: 'single', ...before.pipeline },
  deadlineMs: 600_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 900, ratePerSecond: 60 }, async () => {
      for (const death of DEATHS) {
        const what = `kill -9 of sink ${death.sink} ${death.when} an insert`
        await scene.faults.inject(what, () => killAround(death, scene), {
          recovers: 'clickhouse-sink',
        })
      }
    })
  },
})

/** Resolves when the sink was killed, by an insert of its own, succeeded, and started again. */
async function killAround(
  { sink, table, when }: (typeof DEATHS)[number],
  { pipeline }: FaultScene,
): Promise<void> {
  const dying = pipeline.instance('clickhouse-sink', sink)
  const other = pipeline.instance('clickhouse-sink', 3 - sink)
  const kill = async (): Promise<'drop'> => {
    await dying.kill()
    return 'drop'
  }
  const fault: HttpFault =
    when === 'before'
      ? { kind: when, act: kill }
      : {
          kind: when,
          act: async () => {
            await kill()
          },
        }
  await before.proxyOf(sink).spoil(fault, { count: 1, matches: insertInto(table) })
  const left = await readGroupProgress(pipeline.kafka, 'clickhouse-sink')
  await eventually(
    'the other sink takes all partitions over',
    async () => (await heldPartitions(other)).size === left.partitions.size,
    TAKE_OVER_MS_MAX,
  )
  await eventually(
    'the other sink commits what was left',
    async () => hasMovedOn(left, await readGroupProgress(pipeline.kafka, 'clickhouse-sink')),
    TAKE_OVER_MS_MAX,
  )
  await dying.start()
}
