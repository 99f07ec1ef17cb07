import { eventSubjects, type MessageEvent, schemaTexts } from '@wabastream/contracts'

export type EventOf<Type extends MessageEvent['type']> = Extract<
  MessageEvent,
  { readonly type: Type }
>

const fields = new Map<MessageEvent['type'], readonly string[]>()

/** Fields of an event, as its schema names them. */
export function fieldsOf(type: MessageEvent['type']): readonly string[] {
  const known = fields.get(type) ?? readFields(type)
  fields.set(type, known)
  return known
}

function readFields(type: MessageEvent['type']): readonly string[] {
  const schema: { readonly fields: readonly { readonly name: string }[] } = JSON.parse(
    schemaTexts[type],
  )
  return schema.fields.map(({ name }) => name)
}

export function isAboutMessage(type: string): type is MessageEvent['type'] {
  return Object.entries(eventSubjects).some(([one, about]) => one === type && about === 'message')
}

/** `data` holds a value for each field of the schema, and so for all fields of the type. */
export function toEvent<Type extends MessageEvent['type']>(
  type: Type,
  data: Readonly<Record<string, unknown>>,
): EventOf<Type> {
  return { type, data } as unknown as EventOf<Type>
}
