import { describe, expect, it } from '@jest/globals'
import { asObject, at } from '../json.ts'
import { pathOf, readText } from '../repository.ts'
import { runOrThrow } from '../tools/run-command.ts'

const rows = Array.from(
  readText('docs/deployment.md').matchAll(/^\| (small|medium|large) \| (.*) \|$/gm),
  ([, size = '', cells = '']) => [size, cells.split(' | ')] as const)

function formatted(gib: unknown): string {
  return Number(gib) < 1_024 ? `${String(gib)} GiB` : `${(Number(gib) / 1_024).toFixed(1)} TiB`
}

describe('the sizing table', () => {
  it('has a row for each size', () => {
    expect(rows.map(([size]) => size)).toEqual(['small', 'medium', 'large'])
  })

  it.each(rows)('holds for %s what `wabastream size` prints', async (size, cells) => {
    const [outgoing = '', ...figures] = cells
    expect(readText(`deploy/helm/wabastream/values-${size}.yaml`))
      .toContain(`--outgoing ${outgoing} `)
    const text = await runOrThrow(process.execPath, [
      pathOf('services/cli/src/main.ts'), 'size', '--outgoing', outgoing, '--json',
    ])
    const sizing = asObject(JSON.parse(text))
    const replicas = ['ingestor', 'decoder', 'processor', 'sink']
      .map((service) => String(at(sizing, 'services', service, 'replicas')))
    const disks = ['rawTopicGib', 'statePerReplicaGib', 'clickhouseGib']
      .map((disk) => formatted(at(sizing, 'disk', disk)))
    expect(figures).toEqual([
      String(sizing['webhooksPerSecond']), ...replicas, String(sizing['partitions']), ...disks,
    ])
  })
})
