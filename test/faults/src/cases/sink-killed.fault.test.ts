// Goal: a sink that dies around an insert loses and doubles no row, even if the rows come again in
// other batches. Method: kill -9 it while an insert is on its way, and when it is applied but not
// committed; another sink, with other batches, takes over each time.
import { beforeClickHouse, insertInto } from '../harness/before-clickhouse.ts'
import { faultCase } from '../harness/fault-case.ts'

const TABLES = ['message_events', 'message_timeline', 'status_transitions', 'raw_webhooks']
const before = beforeClickHouse((number) => number === 1
  ? {}
  : { BATCH_ROWS_MAX: '37', BATCH_INTERVAL_MS: '90' })

faultCase(import.meta.url, {
  title: 'loses and doubles no row when a sink is killed before and after an insert',
  pipeline: { cluster: 'single', instances: { 'clickhouse-sink': 2 }, ...before.pipeline },
  deadlineMs: 420_000,
  async play({ pipeline, load, faults }) {
    const sending = load.send({ count: 6_000, ratePerSecond: 60 })
    const [first, second] = pipeline.instances('clickhouse-sink')
    for (const [index, table] of TABLES.entries()) {
      for (const when of ['before', 'after'] as const) {
        const dying = index % 2 === 0 ? first : second
        await faults.inject(`kill -9 ${when} an insert into ${table}`, async () => {
          const kill = async (): Promise<'drop'> => {
            await dying?.kill()
            return 'drop'
          }
          const act = when === 'before' ? { kind: when, act: kill } as const
            : { kind: when, act: async () => { await kill() } } as const
          await before.proxy.spoil(act, { count: 1, matches: insertInto(table) })
          await dying?.start()
        }, { recovers: 'clickhouse-sink' })
      }
    }
    await sending
  },
})
