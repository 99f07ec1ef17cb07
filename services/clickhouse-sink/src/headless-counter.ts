import { Counter, type Registry } from 'prom-client'

/** Counts timelines that may have an older row: whether they took its day, or kept their own. */
export function createHeadlessCounter(registry: Registry): (outcome: 'adopted' | 'kept') => void {
  const headless = new Counter({
    name: 'wa_sink_headless_timelines_total',
    registers: [registry],
    labelNames: ['outcome'] as const,
    help: 'timelines that may have begun again: adopted an older row, or kept their own',
  })
  for (const outcome of ['adopted', 'kept'] as const) headless.inc({ outcome }, 0)
  return (outcome) => {
    headless.inc({ outcome })
  }
}
