/** What a path holds, in an example. */
export type ExampleValue = string | number | boolean

/**
 * Paths of a field's value, each with an example. Members are joined by dots; `[]` stands for any
 * place of a list. Examples of one field differ, so that each can be looked for by itself.
 */
export type DocumentedPaths = Readonly<Record<string, ExampleValue>>

/** The number, where a value names it as values of messages do. */
export const OF_NUMBER: DocumentedPaths = {
  messaging_product: 'whatsapp',
  'metadata.display_phone_number': '15550783881',
  'metadata.phone_number_id': '106540352242922',
}

/** META business-scoped-user-ids: persons as most values name them. */
export const OF_CONTACTS: DocumentedPaths = {
  'contacts[].profile.name': 'Pablo Morales',
  'contacts[].profile.username': '@pablo.morales',
  'contacts[].wa_id': '16505551234',
  'contacts[].user_id': 'US.13491208655302741918',
  'contacts[].parent_user_id': 'US.ENT.11815799212886844830',
}

export function errorPaths(place: string): DocumentedPaths {
  return {
    [`${place}errors[].code`]: 131_000,
    [`${place}errors[].title`]: 'Something went wrong',
    [`${place}errors[].message`]: 'Message about the error',
    [`${place}errors[].error_data.details`]: 'Details of the error',
    [`${place}errors[].href`]: 'https://developers.facebook.com/errors',
  }
}
