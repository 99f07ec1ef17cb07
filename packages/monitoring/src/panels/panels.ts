import { type Builder, type Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeSeriesPanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { prometheusSource } from './variables.ts'

/** A query of any data source; the panel gives it its letter. */
export type Target = (refId: string) => Builder<Dataquery>

export interface PanelSpec {
  readonly title: string
  /** What the panel shows, and what is right; Grafana shows it at the panel's corner. */
  readonly description: string
  /** A unit of the units module. */
  readonly unit: string
  readonly targets: readonly Target[]
  /** Columns of 24. */
  readonly width?: number
  readonly height?: number
  /** Limits; the panel is green below the first. */
  readonly limits?: Limits
  readonly decimals?: number
  /** Prometheus by default. */
  readonly source?: DataSourceRef
}

export interface Limits {
  readonly warning?: number
  readonly critical: number
}

/** One value per series, the last one, coloured by its limits. */
export function statPanel(spec: PanelSpec): StatPanelBuilder {
  const panel = new StatPanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(spec.source ?? prometheusSource)
    .span(spec.width ?? 4)
    .height(spec.height ?? 4)
    .targets(lettered(spec.targets))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.Area)
    .colorMode(spec.limits === undefined ? BigValueColorMode.Value : BigValueColorMode.Background)
    .thresholds(toThresholds(spec.limits))
  return spec.decimals === undefined ? panel : panel.decimals(spec.decimals)
}

/** Lines over time; the limits are drawn as lines too. */
export function timeSeriesPanel(spec: PanelSpec): TimeSeriesPanelBuilder {
  const panel = new TimeSeriesPanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(spec.source ?? prometheusSource)
    .span(spec.width ?? 8)
    .height(spec.height ?? 8)
    .targets(lettered(spec.targets))
    .min(0)
    .fillOpacity(8)
    .lineWidth(1)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
    .thresholds(toThresholds(spec.limits))
  if (spec.decimals !== undefined) panel.decimals(spec.decimals)
  if (spec.limits === undefined) return panel
  return panel.thresholdsStyle(
    new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed),
  )
}

/** `legend` may hold labels as `{{channel}}`. */
export function promql(expr: string, legend: string): Target {
  return (refId) =>
    new DataqueryBuilder()
      .refId(refId)
      .datasource(prometheusSource)
      .expr(expr)
      .legendFormat(legend)
      .range()
}

function lettered(targets: readonly Target[]): Builder<Dataquery>[] {
  return targets.map((target, index) => target(String.fromCharCode('A'.charCodeAt(0) + index)))
}

function toThresholds(limits: Limits | undefined): ThresholdsConfigBuilder {
  const steps: Threshold[] = [{ value: null, color: 'green' }]
  if (limits?.warning !== undefined) steps.push({ value: limits.warning, color: 'orange' })
  if (limits !== undefined) steps.push({ value: limits.critical, color: 'red' })
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps)
}
