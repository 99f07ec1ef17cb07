// Goal: a sink that is asked to end while an insert is slow commits nothing past rows that it did
// not write. Method: delay an insert, send SIGTERM meanwhile, let traffic and its transaction
// markers go on until the sink has drained and ended with 0, start it again; for each table in
// turn.
import { expect } from '@jest/globals'
import { beforeClickHouse, insertInto } from '../harness/before-clickhouse.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

/** Longer than several fetches, shorter than the sink's time to drain. */
const HELD_UP_MS = 4_000
const TABLES = ['message_timeline', 'status_transitions', 'message_events', 'raw_webhooks'] as const
const ROUNDS = 2
const before = beforeClickHouse()

faultCase(import.meta.url, {
  title: 'loses and doubles no row when a sink is stopped while an insert is slow',
  pipeline: { cluster: 'single', ...before.pipeline },
  deadlineMs: 360_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 1_200, ratePerSecond: 80 }, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const table of TABLES) {
          await scene.faults.inject(
            `SIGTERM while an insert into ${table} is slow`,
            () => stopDuringInsert(table, scene),
            { recovers: 'clickhouse-sink' },
          )
        }
      }
    })
  },
})

async function stopDuringInsert(table: string, { pipeline }: FaultScene): Promise<void> {
  const sink = pipeline.instance('clickhouse-sink')
  let stopping: Promise<string | undefined> = Promise.resolve(undefined)
  await before.proxy.spoil(
    {
      kind: 'before',
      act: async () => {
        stopping = sink.stop()
        await new Promise((resolve) => {
          setTimeout(resolve, HELD_UP_MS)
        })
        return 'forward'
      },
    },
    { count: 1, matches: insertInto(table) },
  )
  expect(await stopping).toMatch(/ended with 0$/)
  await sink.start()
  await sink.untilReady()
}
