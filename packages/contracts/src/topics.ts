/** What holds for a topic in every generation. */
export interface TopicFacts {
  /** Name without the generation. */
  readonly base: string
  /** Each generation has its own; a shared topic serves all generations and outlives them. */
  readonly isPerGeneration: boolean
  /**
   * `subject`: the message, number or account that a record is about decides its partition, so that
   * all such topics keep one number of partitions for the life of a generation. `none`: any
   * partition may hold any record, and their number may grow.
   */
  readonly key: 'none' | 'subject'
  /** Keeps the last record of each key for good; the others keep all records for a time. */
  readonly isCompacted: boolean
  /** Read outside the pipeline: none of our stages waits for it. */
  readonly isForOthers?: true
}

export interface Topic extends TopicFacts {
  /** What the code calls it. */
  readonly noun: TopicNoun
}

const table = [
  {
    noun: 'raw',
    base: 'whatsapp.webhooks.raw.v1',
    isPerGeneration: false,
    key: 'none',
    isCompacted: false,
  },
  {
    noun: 'deadLetters',
    base: 'whatsapp.dead-letters.v1',
    isPerGeneration: false,
    key: 'none',
    isCompacted: false,
  },
  {
    noun: 'decoded',
    base: 'whatsapp.webhooks.decoded.v1',
    isPerGeneration: true,
    key: 'none',
    isCompacted: false,
  },
  {
    noun: 'events',
    base: 'whatsapp.events.v1',
    isPerGeneration: true,
    key: 'subject',
    isCompacted: false,
  },
  {
    noun: 'timelines',
    base: 'whatsapp.timelines.v1',
    isPerGeneration: true,
    key: 'subject',
    isCompacted: true,
  },
  {
    noun: 'transitions',
    base: 'whatsapp.transitions.v1',
    isPerGeneration: true,
    key: 'subject',
    isCompacted: false,
  },
  {
    noun: 'forwarding',
    base: 'whatsapp.forwarding.v1',
    isPerGeneration: false,
    key: 'none',
    isCompacted: true,
  },
  {
    noun: 'readReceipts',
    base: 'whatsapp.read-receipts.v1',
    isPerGeneration: false,
    key: 'none',
    isCompacted: true,
  },
] as const satisfies readonly (TopicFacts & { readonly noun: string })[]

export type TopicNoun = (typeof table)[number]['noun']

/** Every topic there is. Who reads and writes them is in topology.ts. */
export const pipelineTopics: readonly Topic[] = table

/** Names of all topics as one generation sees them, by noun (docs/architecture.md, names). */
export type TopicNames = Readonly<Record<TopicNoun, string>>

export function topicNames(generation: number): TopicNames {
  const nameOf = (noun: TopicNoun): string => topicName(topicOf(noun), generation)
  return {
    raw: nameOf('raw'),
    deadLetters: nameOf('deadLetters'),
    decoded: nameOf('decoded'),
    events: nameOf('events'),
    timelines: nameOf('timelines'),
    transitions: nameOf('transitions'),
    forwarding: nameOf('forwarding'),
    readReceipts: nameOf('readReceipts'),
  }
}

/** The topics that a generation has to itself. */
export function generationTopics(generation: number): readonly string[] {
  return pipelineTopics
    .filter(({ isPerGeneration }) => isPerGeneration)
    .map((topic) => topicName(topic, generation))
}

/** The topics that all generations share. */
export function sharedTopics(): readonly string[] {
  return pipelineTopics.filter(({ isPerGeneration }) => !isPerGeneration).map(({ base }) => base)
}

export function topicName({ base, isPerGeneration }: TopicFacts, generation: number): string {
  return isPerGeneration ? `${base}.g${generation}` : base
}

export function topicOf(noun: TopicNoun): Topic {
  const topic = pipelineTopics.find((one) => one.noun === noun)
  if (topic === undefined) throw new Error(`there is no topic ${noun}`)
  return topic
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
 * verified again by whoever has the secret. `origin` is absent on records that were appended as
 * they came in; see `RawOrigin`.
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
 * Header of every record after the raw topic: receivedAt (ms, text) of the webhook that caused it,
 * so that readers know age and latency without decoding the value.
 */
export const RECEIVED_AT_HEADER = 'received-at'
