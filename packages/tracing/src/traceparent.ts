import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
  TraceFlags,
} from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'

/** The context from a client or an earlier stage; a root context if it is absent or malformed. */
export function toParentContext(traceparent: string | string[] | undefined): Context {
  const parent = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null
  if (parent === null) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true })
}

/** Undefined for a trace that is not sampled. */
export function toSampledContext(traceparent: string): Context | undefined {
  const parent = parseTraceParent(traceparent)
  return parent !== null && isSampled(parent) ? toParentContext(traceparent) : undefined
}

export function toTraceparent(span: Span): string {
  const { spanId, traceId } = span.spanContext()
  return `00-${traceId}-${spanId}-01`
}

export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0
}
