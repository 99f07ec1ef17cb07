export type * from './ports/record.ts'
export type * from './ports/ports.ts'
export type * from './ports/record-traces.ts'
export { assertPartitionCounts, PartitionCountError } from './ports/partition-count-error.ts'
export { type RejectedRecord, type SourceRecord } from './ports/rejected-record.ts'
export { PortError, type PortErrorCode } from './ports/port-error.ts'
export { ProcessingError } from './ports/processing-error.ts'
export { type LatencyShares, splitLatencyBudget } from './latency-budget.ts'
export {
  createProgressWatchdog,
  type ProgressWatchdog,
  type ProgressWatchdogOptions,
} from './progress-watchdog.ts'
export { createDeadLetterSender, type SendDeadLetters } from './sending/dead-letter-sender.ts'
export { isRefusal, sendApart } from './sending/send-apart.ts'
export { sendLetters } from './sending/send-letters.ts'
export { type ChangelogBounds, type RestoreProgress } from './stateful/restore-state.ts'
export { StatefulLoop, type StatefulLoopOptions } from './stateful/stateful-loop.ts'
export {
  type CommittedRun,
  type PartitionFailure,
  type StatefulObserver,
} from './stateful/stateful-observer.ts'
export { type StatefulLimits, type StatefulOptions } from './stateful/stateful-options.ts'
export {
  type Forward,
  type Outcome,
  type StatefulProcessor,
} from './stateful/stateful-processor.ts'
export { type StatefulSerde } from './stateful/stateful-serde.ts'
export { ByteSlab } from './sink/byte-slab.ts'
export { type GatherTimes } from './sink/departures.ts'
export { type LaneLimits } from './sink/pending-batch.ts'
export { type ReadResult, type RecordReader } from './sink/record-reader.ts'
export { type FailedAttempt, type Inserted, type SinkObserver } from './sink/sink-observer.ts'
export {
  type InsertFailure,
  insertFailures,
  type LineBuffer,
  type PartitionStart,
  type RowBatch,
  type Sink,
  type SinkPartition,
  toInsertFailure,
  type UnsettledRows,
} from './sink/sink-port.ts'
export {
  createSinkRunner,
  type SinkConsumer,
  type SinkRunner,
  type SinkRunnerOptions,
} from './sink/sink-runner.ts'
