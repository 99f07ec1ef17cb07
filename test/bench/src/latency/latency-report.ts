import Table from 'cli-table3'
import { type Quantiles } from './quantiles.ts'
import { type ServerCounts } from './service-counts.ts'

export interface LatencyReport {
  readonly bench: 'latency'
  readonly webhooks: number
  readonly seconds: number
  readonly bodyBytesMean: number
  readonly processes: readonly {
    readonly process: string
    readonly cpuUsPerWebhook: number
    /** CPU seconds per second. */
    readonly cores: number
    readonly rssMb: number
  }[]
  readonly perSecond: ServerCounts
  /** Times from the receipt of a webhook; the first is that of its answer. */
  readonly stages: readonly { readonly stage: string; readonly ms: Quantiles }[]
}

export function renderLatency(report: LatencyReport): string {
  const { perSecond, seconds, webhooks } = report
  const rate = (webhooks / seconds).toFixed(0)
  return [
    `latency: ${webhooks} webhooks of ${report.bodyBytesMean.toFixed(0)} bytes in ` +
      `${seconds.toFixed(1)} s = ${rate} per second`,
    renderProcesses(report),
    renderStages(report),
    'per second:',
    ...Object.entries(perSecond).map(([what, count]) => `${count.toFixed(2).padStart(9)} ${what}`),
  ].join('\n')
}

function renderProcesses({ processes }: LatencyReport): string {
  const table = new Table({
    head: ['process', 'CPU µs per webhook', 'cores', 'RSS MB'],
    style: { head: [], border: [] },
  })
  for (const { cores, cpuUsPerWebhook, process, rssMb } of processes) {
    table.push([process, cpuUsPerWebhook.toFixed(0), cores.toFixed(3), rssMb.toFixed(0)])
  }
  const sum = (of: (one: LatencyReport['processes'][number]) => number): number =>
    processes.reduce((total, one) => total + of(one), 0)
  table.push([
    'together',
    sum(({ cpuUsPerWebhook }) => cpuUsPerWebhook).toFixed(0),
    sum(({ cores }) => cores).toFixed(3),
    sum(({ rssMb }) => rssMb).toFixed(0),
  ])
  return table.toString()
}

function renderStages({ stages }: LatencyReport): string {
  const table = new Table({
    head: ['ms from the receipt to', 'p50', 'p95', 'p99', 'count'],
    style: { head: [], border: [] },
  })
  for (const { ms, stage } of stages) {
    table.push([stage, ms.p50.toFixed(0), ms.p95.toFixed(0), ms.p99.toFixed(0), ms.count])
  }
  return table.toString()
}
