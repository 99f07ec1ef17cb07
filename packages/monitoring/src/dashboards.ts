import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { businessDashboard } from './dashboards/business.ts'
import { channelsDashboard } from './dashboards/channels.ts'
import { forwardingDashboard } from './dashboards/forwarding.ts'
import { ingestDashboard } from './dashboards/ingest.ts'
import { kafkaDashboard } from './dashboards/kafka.ts'
import { messagesDashboard } from './dashboards/messages.ts'
import { overviewDashboard } from './dashboards/overview.ts'
import { processingDashboard } from './dashboards/processing.ts'
import { readReceiptsDashboard } from './dashboards/read-receipts.ts'
import { sinkDashboard } from './dashboards/sink.ts'

/** Every dashboard: each is a file of its own in dashboards/. The uid is the name of its JSON. */
export const dashboards: readonly (() => DashboardBuilder)[] = [
  overviewDashboard,
  ingestDashboard,
  processingDashboard,
  sinkDashboard,
  channelsDashboard,
  kafkaDashboard,
  forwardingDashboard,
  readReceiptsDashboard,
  messagesDashboard,
  businessDashboard,
]
