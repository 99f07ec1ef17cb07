export { type AdminServer, type AdminServerOptions, startAdminServer } from './admin-server.ts'
export { ConfigError, loadAll } from './config-error.ts'
export {
  type ConfigSchema,
  type Environment,
  listSettings,
  readConfig,
  renderConfigHelp,
  type Setting,
  toEnvironmentName,
} from './config.ts'
export { registerDiskGauges } from './disk-gauges.ts'
export {
  clickhouseClusterFields,
  integerField,
  optionalIntegerField,
  optionalTextField,
  portField,
  type ProcessConfig,
  processFields,
  sharedFields,
  textField,
  urlField,
} from './fields.ts'
export { type Health, toHealth } from './health.ts'
export { createLogger, type Logger } from './logging/logger.ts'
export { createMetricsRegistry } from './metrics/metrics-registry.ts'
export { repeat } from './repeat.ts'
export {
  type RunningService,
  runService,
  type ServiceContext,
  type ServiceDefinition,
} from './run-service.ts'
export { type HistogramSeries, SeriesHistogram } from './metrics/series-histogram.ts'
export { untilAvailable } from './until-available.ts'
export {
  type KafkaCompressionConfig,
  kafkaCompressionFields,
  toKafkaCompression,
} from './kafka-compression.ts'
export {
  kafkaSecurityFields,
  type KafkaSecurity,
  type KafkaSecurityConfig,
  toKafkaSecurity,
} from './kafka-security.ts'
