export { createReportedRunner } from './create-runner.ts'
export { createSinkMetrics, type SinkMetrics } from './observation/sink-metrics.ts'
export { createSinkReport, type SinkLogger } from './observation/sink-report.ts'
export { runSinkService } from './run-sink-service.ts'
export {
  type Companion,
  type Destination,
  type Requirement,
  type RunningSink,
  type SinkContext,
  type SinkServiceDefinition,
} from './sink-service.ts'
export { sinkSettings, type SinkSettings } from './sink-settings.ts'
