import Table from 'cli-table3'

export interface ProcessFigures {
  readonly process: string
  readonly cpuUsPerWebhook: number
  readonly rssMb: number
}

export interface BenchReport {
  readonly bench: 'ingest' | 'derive'
  readonly webhooks: number
  readonly seconds: number
  readonly webhooksPerSecond: number
  readonly bodyBytesMean: number
  readonly processes: readonly ProcessFigures[]
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly boundUs: number
  /** What the bound speaks of: the sum over these processes. */
  readonly bounded: readonly string[]
  readonly boundedUs: number
}

export function renderReport(report: BenchReport): string {
  const table = new Table({ head: ['process', 'CPU µs per webhook', 'RSS MB'], style: { head: [], border: [] } })
  for (const { process, cpuUsPerWebhook, rssMb } of report.processes) {
    table.push([process, cpuUsPerWebhook.toFixed(1), rssMb.toFixed(0)])
  }
  const { latencyMs: latency, boundedUs, boundUs } = report
  return [
    `${report.bench}: ${report.webhooks} webhooks of ${report.bodyBytesMean.toFixed(0)} bytes ` +
      `in ${report.seconds.toFixed(1)} s = ${report.webhooksPerSecond.toFixed(0)} per second`,
    table.toString(),
    ...(latency
      ? [`ack latency ms: p50 ${latency.p50.toFixed(1)}, p99 ${latency.p99.toFixed(1)}`]
      : []),
    `bound: ${report.bounded.join(' + ')} ≤ ${boundUs} µs per webhook; measured ` +
      `${boundedUs.toFixed(1)}: ${boundedUs <= boundUs ? 'kept' : 'missed'}`,
  ].join('\n')
}
