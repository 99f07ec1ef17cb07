// Goal: the service `watch` runs where it is asked for, with the clocks that have their settings,
// and values of the version before, in which it was the canary, go on. Method: rendered by Helm.
import { describe, expect, it } from '@jest/globals'
import { asList, at } from '../tools/json.ts'
import { find, render, variablesOf, workloadsOf } from './rendered-chart.ts'

const canary = ['canary.enabled=true', 'canary.url=https://webhooks.example.com/webhooks/canary']

async function podWith(set: readonly string[]) {
  const pod = workloadsOf(await render({ set })).find(({ component }) => component === 'watch')
  if (pod === undefined) throw new Error('there is no watch')
  return pod
}

const namesIn = (list: unknown): readonly unknown[] => asList(list).map((one) => at(one, 'name'))

describe('the service that watches', () => {
  it('is not there unless it, or the canary, is asked for', async () => {
    expect(find(await render({}), 'Deployment', '-watch')).toBeUndefined()
    expect(find(await render({ set: canary }), 'Deployment', '-watch')).toBeDefined()
    expect(
      find(await render({ set: ['watch.enabled=true'] }), 'Deployment', '-watch'),
    ).toBeDefined()
  })

  it('needs no canary', async () => {
    const { container, environment, pod } = await podWith(['watch.enabled=true'])
    expect(asList(container['args'])).toEqual(['watch'])
    expect([...environment.keys()].filter((name) => name.startsWith('CANARY'))).toEqual([])
    expect(environment.get('GENERATION')).toBe('1')
    expect(namesIn(pod['volumes'])).not.toContain('secret')
  })

  it('has the numbers whose webhooks it looks at', async () => {
    const set = [
      'watch.enabled=true',
      'watch.numbers.configMapName=numbers',
      'watch.numbers.secretName=keys',
    ]
    const { container, environment, pod } = await podWith(set)
    expect(environment.get('NUMBERS_FILE')).toBe('/etc/wabastream/numbers/numbers.yaml')
    expect(namesIn(container['volumeMounts'])).toEqual(
      expect.arrayContaining(['numbers', 'number-secrets']),
    )
    expect(asList(pod['volumes'])).toEqual(
      expect.arrayContaining([
        { name: 'numbers', configMap: { name: 'numbers' } },
        { name: 'number-secrets', secret: expect.objectContaining({ secretName: 'keys' }) },
      ]),
    )
  })

  it("takes what former values say of the canary's pod", async () => {
    const former = [
      ...canary,
      'canary.secretName=mine',
      'canary.resources.limits.memory=300Mi',
      'canary.environment.LOG_LEVEL=debug',
      'canary.podLabels.team=sre',
      'canary.shutdownTimeoutSeconds=40',
    ]
    const resources = await render({ set: former })
    const { container } = await podWith(former)
    const variables = variablesOf(resources, 'watch')
    expect(at(container, 'resources', 'limits')).toMatchObject({ memory: '300Mi', cpu: '1' })
    expect(variables.get('LOG_LEVEL')).toBe('debug')
    expect(variables.get('SHUTDOWN_TIMEOUT_MS')).toBe('40000')
    const deployment = find(resources, 'Deployment', '-watch')
    expect(at(deployment, 'spec', 'template', 'metadata', 'labels')).toMatchObject({ team: 'sre' })
  })
})
