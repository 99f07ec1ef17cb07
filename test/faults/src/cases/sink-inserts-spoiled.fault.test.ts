// Goal: whatever becomes of an insert, its rows are there once. Method: a proxy before ClickHouse
// that answers 500 before and after the insert was applied, dawdles, and cuts request and answer.
import { beforeClickHouse, insertInto } from '../harness/before-clickhouse.ts'
import { faultCase } from '../harness/fault-case.ts'
import { type HttpFault } from '../harness/http-fault-proxy.ts'

const SPOILED_EACH = 6
const kinds: readonly HttpFault[] = [
  { kind: 'refuse' }, { kind: 'deny' }, { kind: 'slow', delayMs: 3_000 },
  { kind: 'cut-request' }, { kind: 'cut-answer' },
]
const before = beforeClickHouse()

faultCase(import.meta.url, {
  title: 'loses and doubles no row when inserts are refused, denied, delayed and cut',
  pipeline: { cluster: 'single', ...before.pipeline },
  deadlineMs: 240_000,
  async play({ load, faults }) {
    const sending = load.send({ count: 4_000, ratePerSecond: 80 })
    for (const fault of kinds) {
      await faults.inject(fault.kind, async () => {
        await before.proxy.spoil(fault, { count: SPOILED_EACH, matches: insertInto() })
        faults.counted(SPOILED_EACH - 1)
      }, { recovers: 'clickhouse-sink' })
    }
    await sending
  },
})
