import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { toParentContext, toTraceparent } from './traceparent.ts'
import { type RequestFacts, type RequestTrace } from './tracing.ts'

const SERVER_ERROR = 500

export function createBeginRequest(
  tracer: Tracer,
): (facts: RequestFacts) => RequestTrace | undefined {
  return function beginRequest({ channel, receiptId, startedAtMs, traceparent }) {
    const attributes = {
      'http.request.method': 'POST',
      'http.route': '/webhooks/:channel',
      'wabastream.channel': channel,
      'wabastream.receipt_id': receiptId,
    }
    const settings = { kind: SpanKind.SERVER, startTime: startedAtMs, attributes }
    const span = tracer.startSpan('POST /webhooks/:channel', settings, toParentContext(traceparent))
    if (!span.isRecording()) return undefined
    return {
      traceparent: toTraceparent(span),
      end({ outcome, status }) {
        span.setAttributes({ 'http.response.status_code': status, 'wabastream.outcome': outcome })
        if (status >= SERVER_ERROR) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome })
        span.end()
      },
    }
  }
}
