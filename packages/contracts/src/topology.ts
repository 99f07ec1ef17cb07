import { pipelineTopics, topicName, type TopicNoun, topicOf } from './topics.ts'

/**
 * What a stage is for. Each generation has all of them but the receiver, which serves all
 * generations.
 */
export type StageKind = 'receiver' | 'decoder' | 'processor' | 'sink'

/** What a service works with. */
export type Server = 'kafka' | 'registry' | 'clickhouse'

interface ProgramFacts {
  /** What it does, in half a sentence. */
  readonly purpose: string
  /** The part of the chart's values that is about it. */
  readonly chartKey: string
  /** Serves health and metrics, unless ADMIN_PORT names another. */
  readonly adminPort: number
}

interface StageFacts extends ProgramFacts {
  readonly kind: StageKind
  /** The servers that it talks to. */
  readonly servers: readonly Server[]
  /** What its consumer group reads. A stage that reads nothing has no group. */
  readonly reads: readonly TopicNoun[]
  readonly writes: readonly TopicNoun[]
  /** Where its state is kept, read back without a group. It then writes in transactions. */
  readonly changelog?: TopicNoun
  /** Topics of which it reads single records, without a group. */
  readonly looksUp?: readonly TopicNoun[]
  /** Topics whose number of partitions it asks for, and nothing else. */
  readonly counts?: readonly TopicNoun[]
  /** Services whose committed positions it asks for. */
  readonly follows?: readonly string[]
}

/**
 * The pipeline, in the order of the flow: no stage writes what an earlier one reads, so what a
 * stage reads is complete once those before it have committed. A new service begins with an entry
 * here.
 */
const stages = [
  {
    service: 'ingestor',
    kind: 'receiver',
    purpose: 'takes webhooks in',
    chartKey: 'ingestor',
    adminPort: 9400,
    servers: ['kafka'],
    reads: [],
    writes: ['raw'],
  },
  {
    service: 'decoder',
    kind: 'decoder',
    purpose: 'reads webhooks, writes events, verdicts and letters',
    chartKey: 'decoder',
    adminPort: 9401,
    servers: ['kafka', 'registry'],
    reads: ['raw'],
    writes: ['decoded', 'events', 'deadLetters'],
  },
  {
    service: 'timeline-processor',
    kind: 'processor',
    purpose: 'folds events into timelines, exactly once; reads timelines to restore its state',
    chartKey: 'processor',
    adminPort: 9402,
    servers: ['kafka', 'registry'],
    reads: ['events'],
    writes: ['timelines', 'transitions', 'deadLetters'],
    changelog: 'timelines',
    counts: ['raw'],
  },
  {
    service: 'clickhouse-sink',
    kind: 'sink',
    purpose:
      "writes everything to ClickHouse, compares it with the raw topic and the decoder's position",
    chartKey: 'sink',
    adminPort: 9403,
    servers: ['kafka', 'registry', 'clickhouse'],
    reads: ['events', 'timelines', 'transitions', 'decoded', 'deadLetters'],
    writes: ['deadLetters'],
    looksUp: ['raw'],
    follows: ['decoder'],
  },
] as const satisfies readonly (StageFacts & { readonly service: string })[]

/** What stands beside the stages. */
interface CompanionFacts extends Omit<StageFacts, 'kind'> {
  readonly service: string
  /** How the names of its consumer groups begin. Their positions are of no generation. */
  readonly groups: string
}

/**
 * Reads the raw topic for other applications. It is part of no generation, and nothing in the
 * pipeline waits for it.
 */
const forwarder = {
  service: 'forwarder',
  purpose: 'hands webhooks on to other applications',
  chartKey: 'forwarder',
  adminPort: 9410,
  servers: ['kafka', 'registry'],
  groups: 'forwarder.',
  reads: ['raw'],
  writes: ['deadLetters', 'forwarding'],
  looksUp: ['forwarding'],
} as const satisfies CompanionFacts

/**
 * Marks customers' messages as read at the provider, and appends to the raw topic that it did. It
 * is part of no generation, so that a rebuild marks nothing again.
 */
const readReceipts = {
  service: 'read-receipts',
  purpose: 'marks messages as read, by the policy of their channel',
  chartKey: 'readReceipts',
  adminPort: 9411,
  servers: ['kafka', 'registry'],
  groups: 'read-receipts',
  reads: ['raw'],
  writes: ['raw', 'deadLetters', 'readReceipts'],
  looksUp: ['readReceipts'],
} as const satisfies CompanionFacts

const watch = {
  service: 'watch',
  purpose: 'watches from outside: whether a webhook becomes a row, and how numbers are',
  chartKey: 'watch',
  adminPort: 9404,
} as const satisfies ProgramFacts & { readonly service: string }

export type StageEntry = (typeof stages)[number]

/** A service that webhooks pass through. */
export type ServiceName = StageEntry['service']

/** A service with a consumer group. */
export type ReaderName = Exclude<StageEntry, { readonly reads: readonly [] }>['service']

/** Every program that runs all the time; only the stages are part of the pipeline. */
export type ProgramName = ServiceName | Companion['service'] | typeof watch.service

/** What stands beside the stages and works with topics like one. */
export type Companion = typeof forwarder | typeof readReceipts

export interface Stage extends StageFacts {
  readonly service: ServiceName
  readonly follows?: readonly ReaderName[]
}

export interface Program extends ProgramFacts {
  readonly service: ProgramName
}

/** In the order of the flow. */
export const pipelineStages: readonly Stage[] = stages

/** The stages, then what stands beside them. */
export const programs: readonly Program[] = [...stages, forwarder, readReceipts, watch]

/** Beside the stages, each with topics of its own choice. */
export const companions: readonly Companion[] = [forwarder, readReceipts]

/** Who writes to a topic. */
export function writersOf(noun: TopicNoun): readonly ProgramName[] {
  const writers: readonly (Omit<StageFacts, 'kind'> & { readonly service: ProgramName })[] = [
    ...stages,
    ...companions,
  ]
  return writers.filter(({ writes }) => writes.includes(noun)).map(({ service }) => service)
}

/** In the order of the flow. */
export const serviceNames: readonly ServiceName[] = stages.map(({ service }) => service)

export function stageOf(service: ServiceName): Stage {
  const stage = pipelineStages.find((one) => one.service === service)
  if (stage === undefined) throw new Error(`there is no stage ${service}`)
  return stage
}

export function adminPortOf(program: ProgramName): number {
  const found = programs.find(({ service }) => service === program)
  if (found === undefined) throw new Error(`there is no program ${program}`)
  return found.adminPort
}

/** Services of these kinds, in the order of the flow. */
export function servicesOf(...kinds: readonly StageKind[]): readonly ServiceName[] {
  return pipelineStages.filter(({ kind }) => kinds.includes(kind)).map(({ service }) => service)
}

export function isReader(service: ServiceName): service is ReaderName {
  return stageOf(service).reads.length > 0
}

/** In the order of the flow. */
export const readerNames: readonly ReaderName[] = serviceNames.filter(isReader)

export function consumerGroup(service: ReaderName, generation: number): string {
  return `${service}.g${generation}`
}

/** Group names of all destinations begin like this. */
export const FORWARDER_GROUPS = forwarder.groups

/** The group in which messages to be marked are found. */
export const READ_RECEIPTS_GROUP = readReceipts.groups

/** The group in which a destination reads the raw topic. */
export function forwarderGroup(destination: string): string {
  return `${FORWARDER_GROUPS}${destination}`
}

/** What the consumer group of a service reads. */
export function readTopics(service: ReaderName, generation: number): readonly string[] {
  return namesOf(stageOf(service).reads, generation)
}

export function writtenTopics(service: ServiceName, generation: number): readonly string[] {
  return namesOf(stageOf(service).writes, generation)
}

/**
 * Topics in which the key decides the partition: they must all have the same number of partitions.
 */
export function keyedTopics(generation: number): readonly string[] {
  return pipelineTopics
    .filter(({ key }) => key === 'subject')
    .map((topic) => topicName(topic, generation))
}

/** A consumer group with all that it reads. */
export interface PipelineConsumer {
  readonly service: ReaderName
  readonly kind: StageKind
  /** On disk beside its changelog, in a folder named after the group. */
  readonly hasState: boolean
  readonly group: string
  readonly topics: readonly string[]
}

/** The consumer groups of a generation, in the order of the flow. */
export function pipelineConsumers(generation: number): readonly PipelineConsumer[] {
  return readerNames.map((service) => ({
    service,
    kind: stageOf(service).kind,
    hasState: stageOf(service).changelog !== undefined,
    group: consumerGroup(service, generation),
    topics: readTopics(service, generation),
  }))
}

function namesOf(nouns: readonly TopicNoun[], generation: number): readonly string[] {
  return nouns.map((noun) => topicName(topicOf(noun), generation))
}
