// Goal: whoever takes the users of Strimzi has the rights that docs/security.md describes, and that
// the end-to-end tests run with; no fewer and no more.
import { describe, expect, it } from '@jest/globals'
import { serviceUsers } from '@wabastream/contracts'
import { parseAllDocuments } from 'yaml'
import { asList, at } from './tools/json.ts'
import { readText } from './tools/repository.ts'

/** What the page calls people and the jobs of the chart. */
const NAMES = new Map([['prepare', 'operator']])
const RESOURCES = new Map([
  ['topic', 'topic'],
  ['group', 'group'],
  ['transactional-id', 'transactionalId'],
])
/** Brokers take these as leave to describe, too. */
const DESCRIBING = new Set(['Read', 'Write', 'Delete', 'Alter'])

interface Right {
  readonly user: string
  readonly resource: string
  readonly operation: string
}

function withImplied(rights: readonly Right[]): readonly string[] {
  const implied = rights
    .filter(({ operation }) => DESCRIBING.has(operation))
    .map((right) => ({ ...right, operation: 'Describe' }))
  const texts = [...rights, ...implied].map(
    ({ user, resource, operation }) => `${user} may ${operation} ${resource}`,
  )
  return [...new Set(texts)].toSorted()
}

/** Of one line of kafka-acls.sh: each operation on each resource. */
function rightsOfLine(line: string): readonly Right[] {
  const valuesOf = (option: string): readonly string[] =>
    Array.from(line.matchAll(new RegExp(`--${option} (\\S+)`, 'g')), ([, value = '']) => value)
  const user = valuesOf('allow-principal').join().replace('User:', '')
  const pattern = valuesOf('resource-pattern-type').join() === 'prefixed' ? '*' : ''
  const resources = [...RESOURCES].flatMap(([option, type]) =>
    valuesOf(option).map((name) => `${type} ${name}${pattern}`),
  )
  if (/--cluster\b/.test(line)) resources.push('cluster')
  return resources.flatMap((resource) =>
    valuesOf('operation').map((operation) => ({ user, resource, operation })),
  )
}

function rightsOfManifest(manifest: unknown): readonly Right[] {
  const name = String(at(manifest, 'metadata', 'name')).replace('wabastream-', '')
  return asList(at(manifest, 'spec', 'authorization', 'acls')).flatMap((acl) => {
    const type = String(at(acl, 'resource', 'type'))
    const pattern = at(acl, 'resource', 'patternType') === 'prefix' ? '*' : ''
    const resource =
      type === 'cluster' ? type : `${type} ${String(at(acl, 'resource', 'name'))}${pattern}`
    return asList(at(acl, 'operations')).map((operation) => ({
      user: NAMES.get(name) ?? name,
      resource,
      operation: String(operation),
    }))
  })
}

describe('the users of Kafka', () => {
  it('have the same rights in the manifests of Strimzi as in the guide', () => {
    const guide = Array.from(
      readText('docs/security.md').matchAll(/^acl (--.*)$/gm),
      ([, line = '']) => rightsOfLine(line),
    ).flat()
    const manifests = parseAllDocuments(readText('deploy/kubernetes/kafka-users.yaml'))
      .map((document): unknown => document.toJS())
      .filter((manifest) => String(at(manifest, 'metadata', 'name')).startsWith('wabastream-'))
      .flatMap(rightsOfManifest)
    expect([...new Set(guide.map(({ user }) => user))]).toEqual([
      ...serviceUsers.map(({ name }) => name),
      'operator',
    ])
    expect(withImplied(manifests)).toEqual(withImplied(guide))
  })
})
