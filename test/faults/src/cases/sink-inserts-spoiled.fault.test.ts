// Goal: whatever becomes of an insert, its rows are there once. Method: a proxy before ClickHouse
// that answers 500 before and after the insert was applied, dawdles, cuts request and answer, and
// never answers, with the insert applied or not. The sink must have felt each.
import { eventually } from '@wabastream/testing'
import { beforeClickHouse, insertInto } from '../harness/before-clickhouse.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { type HttpFault } from '../harness/http-fault-proxy.ts'
import { readMetric } from '../harness/spool-folder.ts'

const SPOILED_EACH = 6
const SLOW_MS = 3_000
/** The sink gives an insert half a minute. */
const FELT_WITHIN_MS = 90_000
const failing: readonly HttpFault[] = [
  { kind: 'refuse' },
  { kind: 'deny' },
  { kind: 'cut-request' },
  { kind: 'cut-answer' },
  { kind: 'unanswered', isForwarded: true },
  { kind: 'unanswered', isForwarded: false },
]
const slow: HttpFault = { kind: 'slow', delayMs: SLOW_MS }
const before = beforeClickHouse()

faultCase(import.meta.url, {
  title: 'loses and doubles no row when inserts are refused, denied, delayed, cut and unanswered',
  pipeline: { cluster: 'single', ...before.pipeline },
  deadlineMs: 480_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 60 }, async () => {
      for (const fault of failing) await spoil(scene, fault, countFailures)
      await spoil(scene, slow, countSlow)
    })
  },
})

/** Until the sink itself has counted as many as were spoiled. */
async function spoil(
  { faults, pipeline }: FaultScene,
  fault: HttpFault,
  count: (metrics: string) => number,
): Promise<void> {
  const sink = pipeline.instance('clickhouse-sink')
  const counted = count(await sink.metrics())
  await faults.inject(
    fault.kind,
    async () => {
      await before.proxy.spoil(fault, { count: SPOILED_EACH, matches: insertInto() })
      await eventually(
        `all that were ${fault.kind} are felt`,
        async () => count(await sink.metrics()) >= counted + SPOILED_EACH,
        FELT_WITHIN_MS,
      )
      faults.counted(SPOILED_EACH - 1)
    },
    { recovers: 'clickhouse-sink' },
  )
}

function countFailures(metrics: string): number {
  return readMetric(metrics, 'wa_sink_insert_failures_total')
}

/** Inserts that took as long as the proxy made them. */
function countSlow(metrics: string): number {
  const name = 'wa_sink_insert_duration_seconds'
  return (
    readMetric(metrics, `${name}_count`) -
    readMetric(metrics, `${name}_bucket\\{[^}]*le="2.5"[^}]*\\}`)
  )
}
