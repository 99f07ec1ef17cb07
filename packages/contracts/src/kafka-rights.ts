import { pipelineTopics, type TopicNoun, topicOf } from './topics.ts'
import {
  type Companion,
  companions,
  pipelineStages,
  readerNames,
  type ReaderName,
  type Stage,
} from './topology.ts'

const OPERATIONS = [
  'Create',
  'Delete',
  'Read',
  'Write',
  'Describe',
  'DescribeConfigs',
  'AlterConfigs',
] as const

export type KafkaOperation = (typeof OPERATIONS)[number]

/** What one user may do with one resource of Kafka. */
export interface KafkaRight {
  readonly resource: 'topic' | 'group' | 'transactionalId' | 'cluster'
  /** Empty for the cluster. */
  readonly name: string
  /** Holds for all names that begin like this, because generations follow one another. */
  readonly isPrefix: boolean
  readonly operations: readonly KafkaOperation[]
}

/** One user of Kafka. */
export interface KafkaUser {
  readonly name: string
  /** What it is for, in half a sentence. */
  readonly purpose: string
  readonly rights: readonly KafkaRight[]
}

/** A user for each service, with the rights that its place in the pipeline needs and no others. */
export const serviceUsers: readonly KafkaUser[] = [...pipelineStages, ...companions].map(
  (stage) => ({ name: stage.service, purpose: stage.purpose, rights: rightsOf(stage) }),
)

/** The user of people with the command line, and of the chart's jobs. */
export const operator: KafkaUser = {
  name: 'operator',
  purpose: 'people with `wabastream`: prepare, topics, doctor, replay, redrive, forward, read',
  rights: [
    {
      resource: 'topic',
      name: commonPrefix(pipelineTopics.map(({ base }) => base)),
      isPrefix: true,
      operations: OPERATIONS,
    },
    ...readerNames.map((reader) => groupRight(reader, ['Delete', 'Read', 'Describe'])),
    ...companions.map(({ groups }) => companionGroupRight(groups, ['Delete', 'Read', 'Describe'])),
    { resource: 'cluster', name: '', isPrefix: false, operations: ['DescribeConfigs'] },
  ],
}

function rightsOf(stage: Stage | Companion): readonly KafkaRight[] {
  return 'kind' in stage ? stageRights(stage) : companionRights(stage)
}

function companionRights({ groups, looksUp, reads, writes }: Companion): readonly KafkaRight[] {
  return merge([
    ...reads.map((noun) => topicRight(noun, ['Read', 'Describe', 'DescribeConfigs'])),
    companionGroupRight(groups, ['Read', 'Describe']),
    ...writes.map((noun) => topicRight(noun, ['Write', 'Describe'])),
    ...looksUp.map((noun) => topicRight(noun, ['Read', 'Describe'])),
  ])
}

function stageRights(stage: Stage): readonly KafkaRight[] {
  const { changelog, counts = [], follows = [], looksUp = [], reads, service, writes } = stage
  // A reader sees how long its topics keep records, and warns before they are deleted unread.
  const read = reads.map((noun) => topicRight(noun, ['Read', 'Describe', 'DescribeConfigs']))
  const group = readerNames
    .filter((reader) => reader === service)
    .map((reader) => groupRight(reader, ['Read', 'Describe']))
  const written = writes.map((noun) => topicRight(noun, ['Write', 'Describe']))
  const state: readonly KafkaRight[] =
    changelog === undefined
      ? []
      : [
          topicRight(changelog, ['Read', 'Describe']),
          ...group.map(({ name }): KafkaRight => ({
            resource: 'transactionalId',
            name,
            isPrefix: true,
            operations: ['Write', 'Describe'],
          })),
        ]
  return merge([
    ...read,
    ...group,
    ...written,
    ...state,
    ...looksUp.map((noun) => topicRight(noun, ['Read', 'Describe'])),
    ...counts.map((noun) => topicRight(noun, ['Describe'])),
    ...follows.map((reader) => groupRight(reader, ['Describe'])),
  ])
}

function topicRight(noun: TopicNoun, operations: readonly KafkaOperation[]): KafkaRight {
  const { base, isPerGeneration } = topicOf(noun)
  return {
    resource: 'topic',
    name: isPerGeneration ? `${base}.g` : base,
    isPrefix: isPerGeneration,
    operations,
  }
}

function groupRight(reader: ReaderName, operations: readonly KafkaOperation[]): KafkaRight {
  return { resource: 'group', name: `${reader}.g`, isPrefix: true, operations }
}

function companionGroupRight(name: string, operations: readonly KafkaOperation[]): KafkaRight {
  return { resource: 'group', name, isPrefix: true, operations }
}

/** One right for each resource, in the order in which they are first named. */
function merge(rights: readonly KafkaRight[]): readonly KafkaRight[] {
  const byResource = Map.groupBy(rights, ({ name, resource }) => `${resource} ${name}`)
  return [...byResource.values()].flatMap((same) => {
    const operations = new Set(same.flatMap((right) => right.operations))
    return same.slice(0, 1).map((right) => ({
      ...right,
      operations: OPERATIONS.filter((operation) => operations.has(operation)),
    }))
  })
}

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names
  const isCommon = (length: number): boolean =>
    others.every((name) => name.startsWith(first.slice(0, length)))
  let length = first.length
  while (!isCommon(length)) length -= 1
  return first.slice(0, length)
}
