import { noTracing, type Tracing } from './tracing.ts'

export interface TracingOptions {
  readonly serviceName: string
  /** Base address of a collector that takes OTLP over HTTP; undefined switches tracing off. */
  readonly endpoint: string | undefined
  /** Share of the webhooks that begin a trace, 0 to 1, where the client did not decide. */
  readonly ratio: number
  /** Spans were not taken: they are dropped, and nothing else suffers. */
  readonly onError: (error: unknown) => void
}

/** Loads OpenTelemetry only where tracing is on. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { endpoint } = options
  if (endpoint === undefined) return noTracing
  const { createTracing } = await import('./otel-tracing.ts')
  return createTracing({ ...options, endpoint })
}
