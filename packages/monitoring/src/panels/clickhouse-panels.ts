import { type DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as TablePanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { type PanelSpec, type Target } from './panels.ts'

const TYPE = 'grafana-clickhouse-datasource'

/** The ClickHouse that the reader chose; its user needs only the views of `wa`. */
export const clickhouseSource: DataSourceRef = { type: TYPE, uid: '${clickhouse}' }

/** Condition on the numbers chosen in the dashboard's head. */
export const ofNumbers = 'number IN (${number:singlequote})'

// The plug-in's (version 4) names for what it should do with the rows.
const formats = {
  timeseries: { queryType: 'timeseries', format: 0 },
  table: { queryType: 'table', format: 1 },
} as const

/** Rows with a column `time` become lines, one for each text beside it. */
export function sql(text: string, format: keyof typeof formats = 'timeseries'): Target {
  const rawSql = text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
  return (refId) => ({
    build: () => ({
      refId,
      datasource: clickhouseSource,
      editorType: 'sql',
      pluginVersion: '4.0.0',
      rawSql,
      ...formats[format],
      _implementsDataqueryVariant() {},
    }),
  })
}

export function clickhouseVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('clickhouse').label('ClickHouse').type(TYPE)
}

export function numberVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('number')
    .label('Number')
    .datasource(clickhouseSource)
    .query(
      'SELECT DISTINCT number FROM wa.numbers ' +
        "WHERE last_day >= toDate(now('UTC')) - 31 ORDER BY number",
    )
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all' })
}

/** Rows as they come. The unit is that of the numbers that no column name explains. */
export function tablePanel(spec: PanelSpec): TablePanelBuilder {
  return new TablePanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(spec.source ?? clickhouseSource)
    .span(spec.width ?? 24)
    .height(spec.height ?? 8)
    .targets(spec.targets.map((target, index) => target('ABC'[index] ?? 'Z')))
}
