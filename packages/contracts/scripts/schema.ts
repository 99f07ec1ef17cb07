// The files of schemas/, and what a record there may say besides Avro.
import { readdirSync, readFileSync } from 'node:fs'
import { pipelineTopics } from '../src/topics.ts'
import { writersOf as writersOfTopic } from '../src/topology.ts'

export type Schema = string | readonly Schema[] | SchemaObject
export interface SchemaObject {
  readonly type: Schema
  readonly name?: string
  readonly namespace?: string
  readonly doc?: string
  readonly fields?: readonly Field[]
  readonly items?: Schema
  /** The only words that a text may hold. */
  readonly closedSet?: readonly string[]
  /**
   * The words are the services that write this topic, according to the topology. A `closedSet`
   * beside it was registered once and stays, so that another service does not make another version
   * of the schema.
   */
  readonly writersOf?: string
  /** What the type of a closed set is called. */
  readonly typeName?: string
  /** Topic that the record goes to, by its key in `TopicNames`. Shared parts have none. */
  readonly topic?: string
  /** What an event is about: its keys follow from this. */
  readonly about?: 'number' | 'account' | MessageFields
}

/** The fields that name a message and, where it has a timeline of its own, a participant. */
export interface MessageFields {
  readonly message: string
  readonly participant?: string
}

interface Field {
  readonly name: string
  readonly type: Schema
  readonly doc?: string
}

export const NAMESPACE = 'wabastream'

/** What is written only for the generator: a registry never sees it. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(['topic', 'about', 'typeName', 'writersOf'])

const schemasDirectory = new URL('../../../schemas/', import.meta.url)

/** Every record of schemas/ by name, in the order of names. */
export function readRecords(): ReadonlyMap<string, SchemaObject> {
  const records = new Map<string, SchemaObject>()
  const files = readdirSync(schemasDirectory).filter((name) => name.endsWith('.avsc'))
  for (const file of files.toSorted()) {
    const record: SchemaObject = JSON.parse(readFileSync(new URL(file, schemasDirectory), 'utf8'))
    if (`${record.name}.avsc` !== file) throw new Error(`${file} must hold the record of its name`)
    records.set(file.slice(0, -'.avsc'.length), record)
  }
  return records
}

/** The words of a closed set; undefined if any text is allowed. */
export function wordsOf({ closedSet, writersOf }: SchemaObject): readonly string[] | undefined {
  if (writersOf === undefined) return closedSet
  return pipelineTopics.flatMap(({ noun }) => (noun === writersOf ? writersOfTopic(noun) : []))
}

export function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema)
}
