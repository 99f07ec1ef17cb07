import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Dashboard, type Panel } from '@grafana/grafana-foundation-sdk/dashboard'

const directory = fileURLToPath(new URL('../../../deploy/grafana/dashboards/', import.meta.url))

export interface PanelQuery {
  readonly dashboard: string
  readonly panel: string
  readonly unit: string
  readonly refId: string
  /** As it is shipped, with the dashboard's variables in it. */
  readonly expr: string
}

/** What Grafana's variables hold when the dashboard is evaluated here. */
const variables: ReadonlyMap<string, string> = new Map([
  ['environment', 'test'],
  ['channel', '.*'],
  ['destination', '.*'],
  ['alias', '.*'],
  ['instance', '.*'],
  ['__rate_interval', '15s'],
])

const dashboards: readonly Dashboard[] = globSync('*.json', { cwd: directory })
  .toSorted()
  .map((file) => JSON.parse(readFileSync(`${directory}${file}`, 'utf8')))

/** Every PromQL expression of every panel that is shipped. */
export const panelQueries: readonly PanelQuery[] = dashboards.flatMap((dashboard) =>
  (dashboard.panels ?? []).filter(isPanel).flatMap((panel) => toQueries(dashboard, panel)),
)

/** What the choices in a dashboard's head are made of, as expressions that must have series. */
export const variableQueries: readonly { readonly name: string; readonly expr: string }[] =
  dashboards.flatMap(({ uid, templating }) =>
    (templating?.list ?? []).flatMap((variable) => {
      const { query } = variable
      if (variable.datasource?.type !== 'prometheus' || typeof query !== 'object') return []
      const match = /^label_values\((.*), (\w+)\)$/.exec(String(query['query']))
      if (match === null) throw new Error(`${uid}: ${variable.name} is no label_values(…)`)
      return [{ name: `${uid}: ${variable.name}`, expr: `count by (${match[2]}) (${match[1]})` }]
    }),
  )

/** Throws for a variable that nobody gave a value. */
export function substitute(expr: string): string {
  return expr.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const value = variables.get(name)
    if (value === undefined) throw new Error(`no value for $${name} in ${expr}`)
    return value
  })
}

function isPanel(panel: { readonly type: string }): panel is Panel {
  return panel.type !== 'row'
}

function toQueries(dashboard: Dashboard, panel: Panel): PanelQuery[] {
  if (panel.datasource?.type !== 'prometheus') return []
  return (panel.targets ?? []).map((target) => {
    const { expr, refId } = parseTarget(target)
    return {
      dashboard: dashboard.uid ?? '',
      panel: panel.title ?? '',
      unit: panel.fieldConfig?.defaults.unit ?? '',
      refId,
      expr,
    }
  })
}

function parseTarget(target: object): { readonly expr: string; readonly refId: string } {
  if ('expr' in target && 'refId' in target) {
    return { expr: String(target.expr), refId: String(target.refId) }
  }
  throw new Error(`a target without an expression: ${JSON.stringify(target)}`)
}
