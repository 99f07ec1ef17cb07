export { createDeadLetterSender } from './dead-letters.ts'
export { createTimelineMetrics, type TimelineMetrics } from './observation/stateful-metrics.ts'
export { TakeWatch } from './observation/take-watch.ts'
export { readPartitions } from './start-checks.ts'
