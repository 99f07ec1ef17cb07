export { openTracing, type TracingOptions } from './open-tracing.ts'
export {
  noTracing, type RequestFacts, type RequestOutcome, type RequestTrace, type Tracing,
} from './tracing.ts'
