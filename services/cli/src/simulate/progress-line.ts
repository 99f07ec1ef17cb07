import { type ProviderTotals } from '@wabastream/simulator'
import { formatCount } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'

const REDRAW_MS = 250
const QUIET_MS = 10_000
const CLEAR = '\r\u001B[2K'

/** A line that is redrawn until it is stopped; if nobody watches, one now and then. */
export function startProgressLine(terminal: Terminal, totals: () => ProviderTotals): () => void {
  if (!terminal.isInteractive) {
    const timer = setInterval(() => terminal.note(describe(totals())), QUIET_MS)
    return () => clearInterval(timer)
  }
  const draw = (): void => {
    process.stderr.write(`${CLEAR}${terminal.paint.dim(describe(totals()))}`)
  }
  const timer = setInterval(draw, REDRAW_MS)
  return () => {
    clearInterval(timer)
    process.stderr.write(CLEAR)
  }
}

function describe(totals: ProviderTotals): string {
  const { acknowledged, deliveries, offered, overflowed, retries, underWay, waiting } = totals
  return (
    `${formatCount(offered)} webhooks, ${formatCount(acknowledged)} acked, ` +
    `${formatCount(waiting + underWay)} in queues, ${formatCount(retries)} tried again, ` +
    `${formatCount(overflowed)} overflowed, median ${deliveries.answers.medianMs.toFixed(1)} ms`
  )
}
