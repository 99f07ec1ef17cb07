import { describe, expect, it } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { asObject, at, type Json } from '../tools/json.ts'
import { pathOf, readText } from '../tools/repository.ts'
import { runOrThrow } from '../tools/run-command.ts'

const rows = Array.from(
  readText('docs/deployment.md').matchAll(/^\| (small|medium|large) \| (.*) \|$/gm),
  ([, size = '', cells = '']) => [size, cells.split(' | ')] as const,
)

function formatted(gib: unknown): string {
  return Number(gib) < 1_024 ? `${String(gib)} GiB` : `${(Number(gib) / 1_024).toFixed(1)} TiB`
}

async function sizingFor(outgoing: string): Promise<Json> {
  const text = await runOrThrow(process.execPath, [
    pathOf('services/cli/src/main.ts'),
    'size',
    '--outgoing',
    outgoing,
    '--json',
  ])
  return asObject(JSON.parse(text))
}

/** What the first claim of a manifest's document of that kind and name asks for, in GiB. */
function claimedGib(file: string, name: string, ...path: readonly (string | number)[]): number {
  const documents = parseAllDocuments(readText(`deploy/kubernetes/${file}`)).map(
    (document): unknown => document.toJS(),
  )
  const found = documents.find(
    (document) => at(document, 'metadata', 'name') === name && at(document, ...path) !== undefined,
  )
  const claim = at(found, ...path)
  return typeof claim === 'string' ? Number(/^(\d+)Gi$/.exec(claim)?.[1]) : Number.NaN
}

describe('the sizing table', () => {
  it('has a row for each size', () => {
    expect(rows.map(([size]) => size)).toEqual(['small', 'medium', 'large'])
  })

  it.each(rows)('holds for %s what `wabastream size` prints', async (size, cells) => {
    const [outgoing = '', ...figures] = cells
    expect(readText(`deploy/helm/wabastream/values-${size}.yaml`)).toContain(
      `--outgoing ${outgoing} `,
    )
    const sizing = await sizingFor(outgoing)
    const replicas = ['ingestor', 'decoder', 'processor', 'sink'].map((service) =>
      String(at(sizing, 'services', service, 'replicas')),
    )
    const disks = ['rawTopicGib', 'statePerReplicaGib', 'clickhouseGib'].map((disk) =>
      formatted(at(sizing, 'disk', disk)),
    )
    expect(figures).toEqual([
      String(sizing['webhooksPerSecond']),
      ...replicas,
      String(sizing['partitions']),
      ...disks,
    ])
  })
})

describe('the manifests beside the chart', () => {
  // Else the alert on volumes would fire for good once retention is reached.
  it('have disks for the size small, with the room that alerts want', async () => {
    const disk = asObject((await sizingFor('50'))['disk'])
    const brokers = claimedGib('kafka.yaml', 'brokers', 'spec', 'storage', 'volumes', 0, 'size')
    expect(brokers * 3 * 0.85).toBeGreaterThanOrEqual(
      Number(disk['rawTopicGib']) + Number(disk['derivedTopicsGib']),
    )
    const clickhouse = claimedGib(
      'clickhouse.yaml',
      'clickhouse',
      'spec',
      'volumeClaimTemplates',
      0,
      'spec',
      'resources',
      'requests',
      'storage',
    )
    expect(clickhouse * 0.85).toBeGreaterThanOrEqual(Number(disk['clickhouseGib']))
  })
})
