// Goal: a generation can be built beside the live one with the commands of
// docs/operations-rebuild.md. Method: the guide's options, rendered, beside a first release with
// everything switched on.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { readerNames } from '@wabastream/contracts'
import { at, type Json } from '../tools/json.ts'
import { readText } from '../tools/repository.ts'
import { everything, render, variablesOf, workloadsOf } from './rendered-chart.ts'

const text = readText('docs/operations-rebuild.md')
/** What the guide adds to the values of the first release. */
const added = Array.from(
  /helm install wabastream-g2[^`]*/.exec(text)?.[0].matchAll(/--set ([^\s\\]+)/g) ?? [],
  ([, option = '']) => option,
)

const nameOf = ({ kind, metadata }: Json): string =>
  [kind, at(metadata, 'namespace') ?? '', at(metadata, 'name')].join(' ')

describe('a second release', () => {
  let first: readonly Json[]
  let second: readonly Json[]
  beforeAll(async () => {
    const set = [...everything, ...added]
    first = await render({ size: 'large', set: everything })
    second = await render({ size: 'large', set, release: 'wabastream-g2' })
  })

  it('is another generation, without an ingestor, if it is installed as in the guide', () => {
    expect(added).toEqual(expect.arrayContaining(['generation=2', 'ingestor.enabled=false']))
  })

  it('runs what follows the ingestor, as the new generation', () => {
    const components = workloadsOf(second)
      .map(({ component }) => component)
      .toSorted()
    expect(components).toEqual([...readerNames, 'doctor'].toSorted())
    for (const component of components) {
      expect(variablesOf(second, component).get('GENERATION')).toBe('2')
    }
  })

  it('shares no resource with the first', () => {
    const names = new Set(first.map(nameOf))
    expect(second.map(nameOf).filter((name) => names.has(name))).toEqual([])
  })

  it('uses the existing users of Kafka', () => {
    for (const component of readerNames) {
      expect(variablesOf(second, component).get('KAFKA_SASL_USERNAME')).toBe(
        variablesOf(first, component).get('KAFKA_SASL_USERNAME'),
      )
    }
  })

  it('brings no second set of rules and dashboards, but is watched', () => {
    const kinds = second.map(({ kind }) => kind)
    expect(kinds).not.toContain('PrometheusRule')
    expect(kinds).not.toContain('Ingress')
    expect(kinds).not.toContain('ConfigMap')
    expect(kinds).toContain('PodMonitor')
  })
})
