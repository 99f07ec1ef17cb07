import { noTracing, type Tracing, type TracingOptions } from './tracing.ts'

/** Loads OpenTelemetry only if tracing is on. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { endpoint } = options
  if (endpoint === undefined) return noTracing
  const { createTracing } = await import('./otel-tracing.ts')
  return createTracing({ ...options, endpoint })
}
