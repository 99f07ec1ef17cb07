import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel } from './dashboard.ts'
import { promql, timeSeriesPanel } from './panels.ts'
import { rateBy } from './queries.ts'
import { onInstance } from './variables.ts'

/** Panels for every Node process. `services` is a pattern for the label `service`. */
export function processPanels(services: string): readonly AnyPanel[] {
  const matchers = `${onInstance}, service=~"${services}"`
  const by = 'service, instance'
  const legend = '{{service}} {{instance}}'
  return [
    timeSeriesPanel({
      title: 'CPU',
      description: 'Cores in use. One is about what a Node process can take: then add instances.',
      unit: units.Short,
      targets: [promql(rateBy(by, 'process_cpu_seconds_total', matchers), legend)],
    }),
    timeSeriesPanel({
      title: 'Memory',
      description: 'Resident memory. Steady is right; ever growing is a leak.',
      unit: units.BytesIEC,
      targets: [promql(`sum by (${by}) (process_resident_memory_bytes{${matchers}})`, legend)],
    }),
    timeSeriesPanel({
      title: 'Event loop delay, p99',
      description:
        'How late the process gets to its work, and 50 ms more. 100 ms or more: it is overloaded.',
      unit: units.Seconds,
      targets: [promql(`max by (${by}) (nodejs_eventloop_lag_p99_seconds{${matchers}})`, legend)],
    }),
    timeSeriesPanel({
      title: 'Restarts, last hour',
      description: 'How often each process was restarted. 0 is right; many are a loop.',
      unit: units.Short,
      targets: [
        promql(`sum by (${by}) (changes(process_start_time_seconds{${matchers}}[1h]))`, legend),
      ],
    }),
  ]
}
