import Table from 'cli-table3'
import { type Used } from './usage-meter.ts'

export interface ProcessFigures {
  readonly process: string
  readonly cpuUsPerWebhook: number
  readonly rssMb: number
}

export function toFigures(used: readonly Used[], webhooks: number): readonly ProcessFigures[] {
  return used.map(({ cpuUs, process, rssBytes }) => ({
    process,
    cpuUsPerWebhook: cpuUs / webhooks,
    rssMb: rssBytes / 1e6,
  }))
}

export function renderFigures(processes: readonly ProcessFigures[]): string {
  const table = new Table({
    head: ['process', 'CPU µs per webhook', 'RSS MB'],
    style: { head: [], border: [] },
  })
  for (const { process, cpuUsPerWebhook, rssMb } of processes) {
    table.push([process, cpuUsPerWebhook.toFixed(1), rssMb.toFixed(0)])
  }
  return table.toString()
}
