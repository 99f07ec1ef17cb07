import { inspect } from 'node:util'
import { type Context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { redacted, TRACEPARENT_HEADER } from '@wabastream/contracts'
import {
  type BeginTraces,
  type KafkaRecord,
  type RecordTraces,
  type TopicPartition,
} from '@wabastream/processing'
import { toSampledContext, toTraceparent } from './traceparent.ts'

/** One span per sampled record of a batch, each as long as the work on the batch. */
export function createBeginTraces(tracer: Tracer): BeginTraces {
  return function beginTraces(batch) {
    const spans = new Map<number, Span>()
    for (const record of batch.records) {
      const traceparent = record.headerText(TRACEPARENT_HEADER)
      const parent = traceparent === null ? undefined : toSampledContext(traceparent)
      if (parent !== undefined) spans.set(record.offset, startSpan(tracer, batch, record, parent))
    }
    return spans.size === 0 ? undefined : toTraces(spans)
  }
}

function startSpan(
  tracer: Tracer,
  { topic, partition }: TopicPartition,
  record: KafkaRecord,
  parent: Context,
): Span {
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': record.offset,
  }
  return tracer.startSpan(`process ${topic}`, { kind: SpanKind.CONSUMER, attributes }, parent)
}

function toTraces(spans: ReadonlyMap<number, Span>): RecordTraces {
  return {
    traceparentOf({ offset }) {
      const span = spans.get(offset)
      return span && toTraceparent(span)
    },
    end(error) {
      const message = redacted(error instanceof Error ? error.message : inspect(error))
      for (const span of spans.values()) {
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message })
        span.end()
      }
    },
  }
}
