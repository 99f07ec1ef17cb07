export type * from './ports/record.ts'
export type * from './ports/ports.ts'
export type * from './ports/record-traces.ts'
export { ProcessingError, type ProcessingErrorCode } from './processing-error.ts'
export {
  createProgressWatchdog,
  type ProgressWatchdog,
  type ProgressWatchdogOptions,
} from './progress-watchdog.ts'
export { type ChangelogBounds, type RestoreProgress } from './restore-state.ts'
export { StatefulLoop, type StatefulLoopOptions } from './stateful-loop.ts'
export {
  type CommittedRun,
  type PartitionFailure,
  type StatefulObserver,
} from './stateful-observer.ts'
export { type StatefulLimits, type StatefulOptions } from './stateful-options.ts'
export {
  type Forward,
  type Outcome,
  type RejectedRecord,
  type StatefulProcessor,
} from './stateful-processor.ts'
