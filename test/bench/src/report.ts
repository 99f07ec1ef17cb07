import { type ProcessFigures, renderFigures } from './usage/process-figures.ts'

export interface BenchReport {
  readonly bench: 'ingest' | 'derive'
  readonly webhooks: number
  readonly seconds: number
  readonly webhooksPerSecond: number
  readonly bodyBytesMean: number
  readonly processes: readonly ProcessFigures[]
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly bound?: Bound
}

/** What a sum over processes has to stay under. */
export interface Bound {
  readonly processes: readonly string[]
  readonly limitUs: number
  readonly measuredUs: number
}

export function renderReport(report: BenchReport): string {
  const { latencyMs: latency, bound } = report
  return [
    `${report.bench}: ${report.webhooks} webhooks of ${report.bodyBytesMean.toFixed(0)} bytes ` +
      `in ${report.seconds.toFixed(1)} s = ${report.webhooksPerSecond.toFixed(0)} per second`,
    renderFigures(report.processes),
    ...(latency
      ? [`ack latency ms: p50 ${latency.p50.toFixed(1)}, p99 ${latency.p99.toFixed(1)}`]
      : []),
    ...(bound ? [renderBound(bound)] : []),
  ].join('\n')
}

function renderBound({ processes, limitUs, measuredUs }: Bound): string {
  const verdict = measuredUs <= limitUs ? 'kept' : 'missed'
  return (
    `bound: ${processes.join(' + ')} ≤ ${limitUs} µs per webhook; ` +
    `measured ${measuredUs.toFixed(1)}: ${verdict}`
  )
}
