import Table from 'cli-table3'
import {
  type DemoResult, type FailureRow, type FunnelRow, type LatencyRow, type StoredRow,
} from '../query/demo-queries.ts'
import { type Paint } from '../terminal.ts'
import { formatCount, formatDuration, formatShare } from './format.ts'

const BAR_WIDTH = 40
const NOTHING_NEW = 'The same traffic was sent before: nothing changed, nothing is counted twice.'

/** What the demo shows: of ClickHouse, and how long webhooks took to get there. */
export interface DemoView extends DemoResult {
  readonly pipelineLatencies: readonly LatencyRow[]
}

export function renderDemo(result: DemoView, paint: Paint): string {
  const latency = `${paint.bold('Latency')} of messages, on the provider's clock`
  const pipeline = `${paint.bold('Latency')} of this pipeline, webhook accepted → row`
  return [
    renderStored(result.stored, paint),
    renderFunnel(result.funnel, paint),
    `${latency}\n${renderLatencies(result.latencies)}`,
    `${pipeline}\n${renderLatencies(result.pipelineLatencies)}`,
    ...(result.failures.length === 0 ? [] : [renderFailures(result.failures, paint)]),
  ].join('\n\n')
}

function renderStored(stored: StoredRow, paint: Paint): string {
  const { webhooks, events, duplicates, timelines, transitions } = stored
  return `${paint.bold('Stored in ClickHouse')}\n`
    + `  ${formatCount(webhooks)} webhooks · ${formatCount(events)} events, of which `
    + `${formatCount(duplicates)} are duplicates · ${formatCount(timelines)} timelines · `
    + `${formatCount(transitions)} transitions`
    + (transitions === 0 ? `\n  ${paint.dim(NOTHING_NEW)}` : '')
}

/** Bars of outbound messages that reached each rung. */
export function renderFunnel(funnel: FunnelRow, paint: Paint): string {
  const rows: readonly (readonly [string, number])[] = [
    ['messages', funnel.messages], ['sent', funnel.sent], ['delivered', funnel.delivered],
    ['read', funnel.read], ['answered', funnel.replied], ['played', funnel.played],
    ['failed', funnel.failed], ['conflicting', funnel.conflicts],
  ]
  const countWidth = Math.max(...rows.map(([, count]) => formatCount(count).length))
  const lines = rows.map(([name, count]) => {
    const share = funnel.messages === 0 ? 0 : count / funnel.messages
    const bar = renderBar(share)
    const colour = name === 'failed' || name === 'conflicting' ? paint.red : paint.green
    return `  ${name.padEnd(12)}${formatCount(count).padStart(countWidth)}  `
      + `${formatShare(count, funnel.messages).padStart(7)}  ${colour(bar)}`
  })
  const head = `${paint.bold('Delivery funnel')} of outbound messages, from wa.messages`
  return [head, ...lines].join('\n')
}

function renderBar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8)
  const partial = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? ''
  return '█'.repeat(Math.floor(eighths / 8)) + partial
}

export function renderLatencies(rows: readonly LatencyRow[]): string {
  const table = new Table({
    head: ['', 'count', 'p50', 'p90', 'p99'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { step, messages, p50, p90, p99 } of rows) {
    const times = messages === 0 ? ['–', '–', '–'] : [p50, p90, p99].map(formatDuration)
    table.push([step, formatCount(messages), ...times])
  }
  return table.toString()
}

function renderFailures(rows: readonly FailureRow[], paint: Paint): string {
  const table = new Table({
    head: ['code', 'messages', 'meaning', 'who can act'],
    colAligns: ['right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const { code, messages, meaning, whoCanAct } of rows) {
    table.push([String(code ?? '–'), formatCount(messages), meaning, whoCanAct])
  }
  return `${paint.bold('Why messages failed')}\n${table.toString()}`
}
