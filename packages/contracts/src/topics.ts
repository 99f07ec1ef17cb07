/** Every topic of one generation (docs/architecture.md, names). The raw topic and the dead letters have no generation. */
export interface TopicNames {
  readonly raw: string
  readonly deadLetters: string
  readonly decoded: string
  readonly events: string
  readonly timelines: string
  readonly transitions: string
}

export function topicNames(generation: number): TopicNames {
  return {
    raw: 'whatsapp.webhooks.raw.v1',
    deadLetters: 'whatsapp.dead-letters.v1',
    decoded: `whatsapp.webhooks.decoded.v1.g${generation}`,
    events: `whatsapp.events.v1.g${generation}`,
    timelines: `whatsapp.timelines.v1.g${generation}`,
    transitions: `whatsapp.transitions.v1.g${generation}`,
  }
}

export type ServiceName = 'ingestor' | 'decoder' | 'timeline-processor' | 'clickhouse-sink'

export function consumerGroup(service: ServiceName, generation: number): string {
  return `${service}.g${generation}`
}

/** ClickHouse database of one generation; the analysts' views live in `wa`. */
export function databaseName(generation: number): string {
  return `wa_g${generation}`
}

/** Header of every record that is part of a sampled trace (W3C Trace Context, level 1). */
export const TRACEPARENT_HEADER = 'traceparent'

/**
 * Headers of a raw record, all text. `receivedAt` is milliseconds since 1970. `signature` holds the
 * provider's own signature headers as they came, one `name: value` a line, so that the body can be
 * verified again by whoever has the secret. `origin` is absent on what was appended as it came in;
 * see `RawOrigin`.
 */
export const rawHeaders = {
  receiptId: 'receipt-id',
  receivedAt: 'received-at',
  channel: 'channel',
  verification: 'verification',
  signature: 'signature',
  origin: 'origin',
  contentType: 'content-type',
  dialect: 'dialect',
  number: 'number',
  traceparent: TRACEPARENT_HEADER,
} as const

/** Why a raw record may be appended long after it was received. */
export type RawOrigin = 'spooled' | 'imported'

/**
 * Header of every record behind the raw topic: receivedAt (ms, text) of the webhook that caused it,
 * so that age and latency can be told without decoding the value.
 */
export const RECEIVED_AT_HEADER = 'received-at'
