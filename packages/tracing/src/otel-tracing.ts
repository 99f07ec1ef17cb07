import { setGlobalErrorHandler } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { parseServerAddress } from '@wabastream/contracts'
import { createBeginTraces } from './record-spans.ts'
import { createBeginRequest } from './request-span.ts'
import { type Tracing, type TracingOptions } from './tracing.ts'

const EXPORT_TIMEOUT_MS = 3_000

/** Spans by OpenTelemetry's conventions for HTTP servers and messaging, sent by OTLP over HTTP. */
export function createTracing(options: TracingOptions & { readonly endpoint: string }): Tracing {
  const { endpoint, onError, ratio, serviceName } = options
  setGlobalErrorHandler(onError)
  const { url, authorization } = parseServerAddress(endpoint)
  const exporter = new OTLPTraceExporter({
    url: `${url}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
    ...(authorization !== undefined && { headers: { authorization } }),
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  })
  const tracer = provider.getTracer('wabastream')
  return {
    beginRequest: createBeginRequest(tracer),
    beginTraces: createBeginTraces(tracer),
    async close() {
      await provider.shutdown().catch(onError)
    },
  }
}
