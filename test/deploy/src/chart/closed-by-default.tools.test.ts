// Goal: everything is closed unless it is requested, and exactly the named image runs. Method:
// rendered by Helm.
import { describe, expect, it } from '@jest/globals'
import { asList, asObject, at } from '../tools/json.ts'
import { everything, find, installations, render } from './rendered-chart.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

function imagesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return asList(value).flatMap(imagesIn)
  const object = asObject(value)
  const own = typeof object['image'] === 'string' ? [object['image']] : []
  return [
    ...own,
    ...Object.values(object).flatMap((one) =>
      typeof one === 'object' && one !== null ? imagesIn(one) : [],
    ),
  ]
}

describe('an image named by its digest', () => {
  it('is what every container runs, whatever the tag says', async () => {
    const set = [
      ...everything,
      'image.repository=registry.example.com/wabastream',
      'image.tag=9.9.9',
      `image.digest=${DIGEST}`,
    ]
    const images = (await render({ size: 'large', set })).flatMap(imagesIn)
    expect(images.length).toBeGreaterThan(6)
    expect(new Set(images)).toEqual(new Set([`registry.example.com/wabastream@${DIGEST}`]))
  })

  it.each(['sha256:abc', 'latest', `sha512:${'0'.repeat(64)}`])(
    'is refused as %s',
    async (digest) => {
      await expect(render({ set: [`image.digest=${digest}`] })).rejects.toThrow(/digest/)
    },
  )
})

describe('admin ports', () => {
  const admitted = (resources: Awaited<ReturnType<typeof render>>) => {
    const rules = asList(at(find(resources, 'NetworkPolicy', '-common'), 'spec', 'ingress'))
    return rules.map((rule) => ({ ports: at(rule, 'ports'), from: at(rule, 'from') }))
  }

  it.each(installations)('with %s are for the namespace of Prometheus alone', async (_, values) => {
    const label = { 'kubernetes.io/metadata.name': 'monitoring' }
    expect(admitted(await render(values))).toEqual([
      {
        ports: [{ port: 'admin', protocol: 'TCP' }],
        from: [{ namespaceSelector: { matchLabels: label } }],
      },
    ])
  })

  it('are for whom somebody names', async () => {
    const set = ['networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.name=watch']
    expect(admitted(await render({ set }))).toMatchObject([
      { from: [{ namespaceSelector: { matchLabels: { name: 'watch' } } }] },
    ])
  })
})
