export { type AnchorDay, findAnchorDays } from './rows/anchor-days.ts'
export {
  type ClickHouse,
  type ClickHouseOptions,
  createClickHouse,
  type InsertTarget,
} from './client/clickhouse-client.ts'
export { untilInsertsEnded } from './client/inserts-under-way.ts'
export { ClickHouseError } from './client/clickhouse-error.ts'
export { compareContents, type Contents } from './comparison/compare-contents.ts'
export { compareGenerations, type GenerationComparison } from './comparison/compare-generations.ts'
export { countComparedRows, type RowCount } from './comparison/count-compared-rows.ts'
export { type MissingRange } from './comparison/coverage.ts'
export { isDifferenceKind, type KindCount } from './comparison/kinds.ts'
export { type MissingRows } from './comparison/missing-timelines.ts'
export { type RawEnds } from './comparison/raw-ends.ts'
export { readComparisonScope, type ComparisonScope } from './comparison/scope.ts'
export { isPair } from './comparison/timeline-contents.ts'
export {
  type ColumnDifference,
  type GenerationPair,
  readColumnDifferences,
  type TimelineDifference,
} from './comparison/timeline-differences.ts'
export { logDetections, type LoggedDetection, readDetections } from './detections/detection-log.ts'
export {
  type ActivityRow,
  type FailedRow,
  readActivity,
  readFailedHours,
} from './detections/read-activity.ts'
export { type DerivedData } from './detections/hours-sql.ts'
export {
  findEmptyRanges,
  type Progress,
  readCanaryTimes,
  readProgress,
} from './detections/read-progress.ts'
export {
  type ErrorsRow,
  readOutOfBand,
  readReports,
  type ReportRow,
} from './detections/read-reports.ts'
export {
  deliverySteps,
  readSentHours,
  readUsualDeliveries,
  type SentHourRow,
  type UsualDeliveryRow,
} from './detections/read-sent-hours.ts'
export { fillCategories } from './migrations/0050-template-categories.ts'
export { type ErrorCode, errorCodes } from './error-codes/error-codes.ts'
export { findPendingMigrations, migrate, type MigrateOptions } from './migrations/migrate.ts'
export { readContentDays, readTableDays } from './migrations/table-days.ts'
export { connectServers } from './replication/connect-servers.ts'
export { replicationOf } from './replication/replication.ts'
export { readServerState, type ServerState } from './replication/server-state.ts'
export {
  type CheckedSlice,
  checkSlice,
  type SliceTotals,
  totalSlice,
} from './reconciliation/check-slice.ts'
export {
  differenceKinds,
  type OffsetDifference,
  type OffsetRange,
  type Slice,
} from './reconciliation/difference.ts'
export {
  type DifferenceSum,
  readFirstOffsets,
  readLastComparison,
  readReconciliation,
  readSlicesToRepeat,
  readVerdictsBehind,
  readWatermarks,
  saveSlice,
} from './reconciliation/slice-records.ts'
export { rollUp, type RollUpOptions, type RollUpProgress } from './rollups/roll-up.ts'
export { type Cell, encodeRow } from './rows/cells.ts'
export { type GenerationSize, readGenerationSize } from './rows/generation-size.ts'
export { toTimelineAliasRow } from './rows/contact-alias-rows.ts'
export { toTimelineRow } from './rows/timeline-row.ts'
export {
  isSinkRecord,
  type PlainRecord,
  type SinkRecord,
  type TableRow,
  toEventRows,
  toTableRows,
} from './rows/to-table-rows.ts'
export { type NumberTimeZones, setTimeZones } from './views/number-time-zones.ts'
export { type NumberActivity, readNumberActivity } from './views/silent-numbers.ts'
export { type ClickHouseSinkOptions, createClickHouseSink } from './sink/clickhouse-sink.ts'
export { CONTENT_KEY } from './views/view-definition.ts'
export { STANDING_REACTIONS } from './views/reactions.ts'
export { settlePersons, type SettleOptions } from './settled/settle-persons.ts'
export { sqlText } from './client/sql-literal.ts'
export { insertColumns, type TableName, tableNames } from './rows/tables.ts'
export { findMissingColumns } from './rows/verify-tables.ts'
export { databasesOfViews } from './analysis/analysis-views.ts'
export { pointViews, readViewsGeneration } from './views/point-views.ts'
