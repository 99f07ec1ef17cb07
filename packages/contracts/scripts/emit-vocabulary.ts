import { namedSets, toWords } from './emit-types.ts'
import { type MessageFields, type SchemaObject } from './schema.ts'

interface WireRecord {
  readonly name: string
  readonly topic: string
  readonly about: SchemaObject['about']
}

/** Which records there are, where they go and what they are about: types, tables and guards. */
export function emitVocabulary(records: readonly SchemaObject[]): string {
  const wire = records.flatMap(toWireRecord)
  const events = wire.filter(({ topic }) => topic === EVENTS)
  for (const { name, about } of events) {
    if (about === undefined) throw new Error(`${name} must say what it is about`)
  }
  const sets = namedSets(records)
  return [
    emitImports(wire),
    emitUnions({ wire, events }),
    emitTables({ wire, events, sets }),
    GUARDS,
    emitTargets(events),
  ].join('\n')
}

const EVENTS = 'events'

interface Parts {
  readonly wire: readonly WireRecord[]
  readonly events: readonly WireRecord[]
  readonly sets: ReturnType<typeof namedSets>
}

function toWireRecord({ name = '', topic, about }: SchemaObject): readonly WireRecord[] {
  return topic === undefined ? [] : [{ name, topic, about }]
}

function emitImports(wire: readonly WireRecord[]): string {
  const types = wire.map(({ name }) => `  type ${name},\n`).join('')
  return `import { type TopicNames } from '../topics.ts'\nimport {\n${types}} from './types.ts'\n`
}

function emitUnions({ wire, events }: Omit<Parts, 'sets'>): string {
  const members = wire.map(({ name }) => `  readonly ${name}: ${name}\n`).join('')
  const others = events.filter((event) => !isAboutMessage(event))
  return `/** What each record on the wire is called and holds. One entry per registered schema. */
export interface WireRecords {
${members}}

export type WireRecordName = keyof WireRecords

type Tagged<Name extends WireRecordName> = {
  readonly [N in Name]: { readonly type: N; readonly data: WireRecords[N] }
}[Name]

/** Facts about one message: what the timeline is folded from. */
export type MessageEvent = Tagged<${toNames(events.filter(isAboutMessage))}>

/** Everything on the events topic. */
export type WhatsAppEvent = MessageEvent | Tagged<${toNames(others)}>

/** Any record with a registered schema, with its name. */
export type WireRecord = Tagged<WireRecordName>
`
}

function emitTables({ wire, events, sets }: Parts): string {
  const topics = wire.map(({ name, topic }) => `  ${name}: '${topic}',\n`).join('')
  const subjects = events.map((event) => `  ${event.name}: '${subjectOf(event)}',\n`).join('')
  const words = [...sets].map(
    ([name, set]) => `  ${name}: [${set.map((word) => `'${word}'`).join(', ')}],\n`,
  )
  return `/** Topic that each record goes to. */
export const recordTopics = {
${topics}} as const satisfies Readonly<Record<WireRecordName, keyof TopicNames>>

/** What each event is about. */
export const eventSubjects = {
${subjects}} as const satisfies Readonly<Record<WhatsAppEvent['type'], string>>

/** The words of each closed set. */
export const closedSets = {
${words.join('')}} as const
`
}

const GUARDS = `/** Whether the record is on the events topic. */
export function isWhatsAppEvent(record: WireRecord): record is WhatsAppEvent {
  return recordTopics[record.type] === '${EVENTS}'
}

/** Whether the record is a fact about one message. */
export function isMessageEvent(record: WireRecord): record is MessageEvent {
  return isWhatsAppEvent(record) && eventSubjects[record.type] === 'message'
}
`

function emitTargets(events: readonly WireRecord[]): string {
  const groups = Map.groupBy(events.filter(isAboutMessage), ({ about }) => JSON.stringify(about))
  const cases = [...groups.values()].map((group) => {
    const labels = group.map(({ name }) => `    case '${name}':\n`).join('')
    return `${labels}      return ${toTarget(group[0]?.about)}\n`
  })
  return `/** A message of a number and, in groups, one participant; '' is the message itself. */
export interface TimelineTarget {
  readonly number: string
  readonly messageId: string
  readonly participant: string
}

/** The timeline that an event belongs to: what happens to a message is keyed by that message. */
export function targetOf(event: MessageEvent): TimelineTarget {
  const { number } = event.data.envelope
  switch (event.type) {
${cases.join('')}  }
}
`
}

function toTarget(about: SchemaObject['about']): string {
  if (!isMessageFields(about)) throw new Error('only a message has a timeline')
  const { message, participant } = about
  const who = participant === undefined ? `''` : `event.data.${participant}`
  return `{ number, messageId: event.data.${message}, participant: ${who} }`
}

function subjectOf({ about }: WireRecord): string {
  return isMessageFields(about) ? 'message' : String(about)
}

function isAboutMessage({ about }: WireRecord): boolean {
  return isMessageFields(about)
}

function isMessageFields(about: SchemaObject['about']): about is MessageFields {
  return typeof about === 'object'
}

function toNames(records: readonly WireRecord[]): string {
  return toWords(records.map(({ name }) => name))
}
