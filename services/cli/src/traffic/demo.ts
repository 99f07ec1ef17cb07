import {
  type DemoResult,
  type FailureRow,
  type FunnelRow,
  type LatencyRow,
  type StoredRow,
} from './demo-queries.ts'
import { type Paint } from '../output/terminal.ts'
import { formatCount, formatDuration, formatShare } from '../output/format.ts'
import { renderTable } from '../output/table.ts'

const BAR_WIDTH = 40
/** Name, share and blanks of a line of the funnel. */
const BESIDE_BAR = 25
const NOTHING_NEW = 'The same traffic was sent before: nothing changed, nothing is counted twice.'

/** What the demo shows: what is in ClickHouse, and how long webhooks took to get there. */
export interface DemoView extends DemoResult {
  readonly pipelineLatencies: readonly LatencyRow[]
}

export function renderDemo(
  result: DemoView,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const latency = `${paint.bold('Latency')} of messages, on the provider's clock`
  const pipeline = `${paint.bold('Latency')} of this pipeline, webhook accepted → row`
  return [
    renderStored(result.stored, paint),
    renderFunnel(result.funnel, { columns, paint }),
    `${latency}\n${renderLatencies(result.latencies, columns)}`,
    `${pipeline}\n${renderLatencies(result.pipelineLatencies, columns)}`,
    ...(result.failures.length === 0 ? [] : [renderFailures(result.failures, { columns, paint })]),
  ].join('\n\n')
}

function renderStored(stored: StoredRow, paint: Paint): string {
  const { webhooks, events, duplicates, timelines, transitions } = stored
  return (
    `${paint.bold('Stored in ClickHouse')}\n` +
    `  ${formatCount(webhooks)} webhooks · ${formatCount(events)} events, of which ` +
    `${formatCount(duplicates)} are duplicates · ${formatCount(timelines)} timelines · ` +
    `${formatCount(transitions)} transitions` +
    (transitions === 0 ? `\n  ${paint.dim(NOTHING_NEW)}` : '')
  )
}

/** Bars of outbound messages that reached each rung. */
export function renderFunnel(
  funnel: FunnelRow,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const rows: readonly (readonly [string, number])[] = [
    ['messages', funnel.messages],
    ['sent', funnel.sent],
    ['delivered', funnel.delivered],
    ['read', funnel.read],
    ['answered', funnel.replied],
    ['played', funnel.played],
    ['failed', funnel.failed],
    ['conflicting', funnel.conflicts],
  ]
  const countWidth = Math.max(...rows.map(([, count]) => formatCount(count).length))
  const lines = rows.map(([name, count]) => {
    const share = funnel.messages === 0 ? 0 : count / funnel.messages
    const bar = renderBar(
      share,
      Math.min(BAR_WIDTH, Math.max(0, columns - BESIDE_BAR - countWidth)),
    )
    const colour = name === 'failed' || name === 'conflicting' ? paint.red : paint.green
    return (
      `  ${name.padEnd(12)}${formatCount(count).padStart(countWidth)}  ` +
      `${formatShare(count, funnel.messages).padStart(7)}  ${colour(bar)}`
    )
  })
  const head = `${paint.bold('Delivery funnel')} of outbound messages, from wa.messages`
  return [head, ...lines].join('\n')
}

function renderBar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8)
  const partial = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? ''
  return '█'.repeat(Math.floor(eighths / 8)) + partial
}

export function renderLatencies(rows: readonly LatencyRow[], columns: number): string {
  return renderTable({
    columns,
    head: ['', 'count', 'p50', 'p90', 'p99'],
    aligns: ['left', 'right', 'right', 'right', 'right'],
    rows: rows.map(({ step, messages, p50, p90, p99 }) => {
      const times = messages === 0 ? ['–', '–', '–'] : [p50, p90, p99].map(formatDuration)
      return [step, formatCount(messages), ...times]
    }),
  })
}

function renderFailures(
  rows: readonly FailureRow[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const table = renderTable({
    columns,
    head: ['code', 'messages', 'meaning', 'who can act'],
    aligns: ['right', 'right', 'left', 'left'],
    rows: rows.map(({ code, messages, meaning, whoCanAct }) => [
      String(code ?? '–'),
      formatCount(messages),
      meaning,
      whoCanAct,
    ]),
  })
  return `${paint.bold('Why messages failed')}\n${table}`
}
