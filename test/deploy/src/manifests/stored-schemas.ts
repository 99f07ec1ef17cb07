import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, type Json } from '../tools/json.ts'
import { schemasDirectory } from '../tools/schemas.ts'
import { type Schemas } from './repeated-keys.ts'

/** The schemas that `npm run test:deploy` has prepared, under the names that kubeconform uses. */
export function openSchemas(): Schemas {
  const files = new Map<string, unknown>()
  const read = (file: string): unknown => {
    const path = join(schemasDirectory, file)
    if (!files.has(file) && existsSync(path))
      files.set(file, JSON.parse(readFileSync(path, 'utf8')))
    return files.get(file)
  }
  return {
    of: (resource) => read(fileOf(resource)),
    // Those of Kubernetes' own kinds share one file; those of others refer to nothing.
    resolve(reference) {
      const [, name = ''] = reference.split('#/$defs/')
      const schema = at(read('_definitions.json'), '$defs', name)
      if (schema === undefined) throw new Error(`No schema at ${reference}`)
      return schema
    },
  }
}

function fileOf(resource: Json): string {
  const [version = '', group] = String(resource['apiVersion']).split('/').toReversed()
  const head = group === undefined ? '' : `-${group.split('.')[0]}`
  return `${String(resource['kind']).toLowerCase()}${head}-${version}.json`
}
