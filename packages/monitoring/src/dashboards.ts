import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { ingestDashboard } from './dashboards/ingest.ts'
import { overviewDashboard } from './dashboards/overview.ts'

/** Every dashboard: each is a file of its own in dashboards/. The uid is the name of its JSON. */
export const dashboards: readonly (() => DashboardBuilder)[] = [
  overviewDashboard,
  ingestDashboard,
]
