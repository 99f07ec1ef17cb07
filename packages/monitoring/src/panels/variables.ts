import { type DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** The Prometheus that the reader chose. */
export const prometheusSource: DataSourceRef = { type: 'prometheus', uid: '${prometheus}' }

/** Series of the chosen environments. The label is optional: see docs/monitoring.md. */
export const inEnvironment = 'environment=~"$environment"'
export const onInstance = `${inEnvironment}, instance=~"$instance"`
export const ofChannel = `${inEnvironment}, channel=~"$channel"`
export const ofDestination = `${inEnvironment}, destination=~"$destination"`

export function prometheusVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('prometheus').label('Prometheus').type('prometheus')
}

export function environmentVariable(): QueryVariableBuilder {
  return labelVariable('environment', 'Environment', 'process_start_time_seconds{service!=""}')
}

/** The instances of some services, all when `services` matches all. */
export function instanceVariable(services: string): QueryVariableBuilder {
  const series = `process_start_time_seconds{${inEnvironment}, service=~"${services}"}`
  return labelVariable('instance', 'Instance', series)
}

export function channelVariable(): QueryVariableBuilder {
  return labelVariable('channel', 'Channel', `wa_ingestor_requests_total{${inEnvironment}}`)
}

export function destinationVariable(): QueryVariableBuilder {
  const series = `wa_forwarder_pending_records{${inEnvironment}}`
  return labelVariable('destination', 'Destination', series)
}

export function aliasVariable(): QueryVariableBuilder {
  return labelVariable('alias', 'Number', `wa_read_receipts_due_messages{${inEnvironment}}`)
}

/** 'All' matches series without the label as well. */
function labelVariable(name: string, label: string, series: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheusSource)
    .query({ query: `label_values(${series}, ${name})`, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' })
}
