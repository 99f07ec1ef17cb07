import { type Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** Any kind of panel; panels.ts has those that we use. */
export interface AnyPanel extends Builder<Panel> {
  id(id: number): unknown
}

export interface DashboardSpec {
  /** Name of the file and of the page. It never changes, because links contain it. */
  readonly uid: string
  readonly title: string
  /** Whom it is for, and which question it answers. */
  readonly description: string
  /** Dashboards with the tag `wabastream` link to each other. */
  readonly tags?: readonly string[]
  readonly variables: readonly Builder<VariableModel>[]
  readonly rows: readonly DashboardRow[]
  /** How far back it looks when opened, such as `now-3h`. */
  readonly from?: string
  readonly refresh?: string
  /** Of the times shown; by default the reader's. */
  readonly timezone?: 'utc'
}

export interface DashboardRow {
  readonly title: string
  /** Laid out from left to right; a line has 24 columns. */
  readonly panels: readonly AnyPanel[]
}

const TAG = 'wabastream'

/** Numbers the panels, so that a dashboard has the same text whenever it is generated. */
export function createDashboard(spec: DashboardSpec): DashboardBuilder {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG, ...(spec.tags ?? [])])
    .readonly()
    .timezone(spec.timezone ?? 'browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: spec.from ?? 'now-1h', to: 'now' })
    .refresh(spec.refresh ?? '30s')
    .variables([...spec.variables])
    .link(linkToTheOthers())
  let id = 0
  for (const row of spec.rows) {
    id += 1
    builder.withRow(new RowBuilder(row.title).id(id))
    for (const panel of row.panels) {
      id += 1
      panel.id(id)
      builder.withPanel(panel)
    }
  }
  return builder
}

function linkToTheOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder(TAG)
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .keepTime(true)
    .includeVars(true)
}
