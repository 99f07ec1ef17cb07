import { CodecError } from './codec-error.ts'
import { type SchemaStore } from './schema-store.ts'

/** A registry for tests: gives ids in order of arrival, refuses nothing. */
export function createInMemorySchemaStore(): SchemaStore {
  const texts: string[] = []
  return {
    async register(_subject, schemaText) {
      if (!texts.includes(schemaText)) texts.push(schemaText)
      return texts.indexOf(schemaText) + 1
    },
    async schemaOf(id) {
      const text = texts[id - 1]
      if (text === undefined) throw new CodecError('schema_unknown', `there is no schema ${id}`)
      return JSON.parse(text)
    },
  }
}
