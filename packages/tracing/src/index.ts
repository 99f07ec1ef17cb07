export { openTracing } from './open-tracing.ts'
export {
  noTracing,
  type RequestFacts,
  type RequestOutcome,
  type RequestTrace,
  type Tracing,
  type TracingOptions,
} from './tracing.ts'
