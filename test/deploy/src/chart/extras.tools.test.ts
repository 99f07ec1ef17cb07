// Goal: variables and volumes that the chart does not know can be added to all pods or to one, and
// replace the chart's own. Method: rendered by Helm with such values.
import { describe, expect, it } from '@jest/globals'
import { programs } from '@wabastream/contracts'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { everything, find, render, type Workload, workloadsOf } from './rendered-chart.ts'

const podsWith = async (set: readonly string[]): Promise<ReadonlyMap<string, Workload>> =>
  new Map(
    workloadsOf(await render({ set: [...everything, ...set] })).map((workload) => [
      workload.component,
      workload,
    ]),
  )

const namesOf = (list: unknown): readonly string[] =>
  asList(list).map((one) => String(at(one, 'name')))
const variable = (workload: Workload | undefined, name: string): readonly Json[] =>
  asList(workload?.container['env'])
    .map(asObject)
    .filter((one) => one['name'] === name)

describe('variables of a pod', () => {
  const set = [
    'extraEnv[0].name=KAFKA_SASL_PASSWORD',
    'extraEnv[0].valueFrom.secretKeyRef.name=kafka',
    'extraEnv[0].valueFrom.secretKeyRef.key=password',
    'extraEnv[1].name=LOG_LEVEL',
    'extraEnv[1].value=debug',
    'environment.LOG_LEVEL=warn',
    'decoder.extraEnv[0].name=LOG_LEVEL',
    'decoder.extraEnv[0].value=trace',
  ]

  it('stand in place of what the chart sets, in either of its forms', async () => {
    for (const [component, workload] of await podsWith(set)) {
      const level = component === 'decoder' ? 'trace' : 'debug'
      expect(variable(workload, 'LOG_LEVEL')).toEqual([{ name: 'LOG_LEVEL', value: level }])
      expect(variable(workload, 'KAFKA_SASL_PASSWORD')).toEqual([
        expect.objectContaining({
          valueFrom: { secretKeyRef: { key: 'password', name: 'kafka' } },
        }),
      ])
      expect(variable(workload, 'KAFKA_SASL_PASSWORD_FILE')).toEqual([])
    }
  })

  it('are each there once', async () => {
    for (const { container } of (await podsWith(set)).values()) {
      const names = namesOf(container['env'])
      expect(names).toEqual([...new Set(names)])
    }
  })
})

describe('volumes of a pod', () => {
  const volume = (prefix: string, name: string): readonly string[] => [
    `${prefix}extraVolumes[0].name=${name}`,
    `${prefix}extraVolumes[0].configMap.name=${name}`,
    `${prefix}extraVolumeMounts[0].name=${name}`,
    `${prefix}extraVolumeMounts[0].mountPath=/etc/${name}`,
  ]

  it('come beside those of the chart, in all pods or in one', async () => {
    const pods = await podsWith([...volume('', 'shared'), ...volume('sink.', 'own')])
    for (const [component, { container, pod }] of pods) {
      const wanted = component === 'clickhouse-sink' ? ['shared', 'own'] : ['shared']
      for (const names of [namesOf(pod['volumes']), namesOf(container['volumeMounts'])]) {
        expect(names.filter((name) => ['shared', 'own'].includes(name))).toEqual(wanted)
      }
    }
    expect(pods.size).toBe(programs.length + 3)
  })

  it('of the preparation are those of the check and the toolbox, too', async () => {
    const pods = await podsWith(volume('prepare.', 'own'))
    const having = [...pods].filter(([, { pod }]) => namesOf(pod['volumes']).includes('own'))
    expect(having.map(([component]) => component).toSorted()).toEqual([
      'doctor',
      'prepare',
      'toolbox',
    ])
  })
})

describe('the account of pods', () => {
  const accountsOf = async (set: readonly string[]): Promise<readonly string[]> =>
    [...(await podsWith(set)).values()]
      .map(({ component, pod }) => `${component} ${String(pod['serviceAccountName'])}`)
      .toSorted()

  it("is the chart's own, with annotations, as soon as that is there", async () => {
    const set = ['serviceAccount.annotations.role=arn']
    expect(find(await render({ set }), 'ServiceAccount', '')).toMatchObject({
      metadata: { annotations: { role: 'arn' } },
      automountServiceAccountToken: false,
    })
    const others = [...programs.map(({ service }) => service), 'doctor', 'toolbox'].map(
      (component) => `${component} wabastream`,
    )
    expect(await accountsOf(set)).toEqual([...others, 'prepare undefined'].toSorted())
  })

  it('is one that there is, also before an install', async () => {
    const set = ['serviceAccount.name=mine']
    expect(find(await render({ set }), 'ServiceAccount', '')).toBeUndefined()
    expect(new Set((await accountsOf(set)).map((one) => one.split(' ')[1]))).toEqual(
      new Set(['mine']),
    )
  })
})

describe('authorities', () => {
  it.each([
    ['a ConfigMap', ['authorities.configMapName=bundle'], { configMap: { name: 'bundle' } }],
    [
      'a Secret',
      ['authorities.configMapName=', 'authorities.secretName=bundle'],
      { secret: { secretName: 'bundle' } },
    ],
  ])('of %s are trusted by every pod', async (_, set, source) => {
    for (const workload of (await podsWith([...set, 'authorities.key=all.pem'])).values()) {
      const [key] = variable(workload, 'NODE_EXTRA_CA_CERTS')
      expect(key).toEqual({
        name: 'NODE_EXTRA_CA_CERTS',
        value: '/etc/wabastream/authorities/ca.crt',
      })
      const volumes = asList(workload.pod['volumes']).map(asObject)
      const [kind = '', origin] = Object.entries(source)[0] ?? []
      expect(volumes.find(({ name }) => name === 'authorities')).toMatchObject({
        [kind]: { ...origin, items: [{ key: 'all.pem', path: 'ca.crt' }] },
      })
      expect(asList(workload.container['volumeMounts'])).toContainEqual({
        name: 'authorities',
        mountPath: '/etc/wabastream/authorities',
        readOnly: true,
      })
    }
  })

  it('come from one place', async () => {
    await expect(
      render({ set: ['authorities.configMapName=a', 'authorities.secretName=b'] }),
    ).rejects.toThrow('not from both')
  })
})

describe('the toolbox', () => {
  it('has the settings and the user of the preparation, and waits', async () => {
    const pods = await podsWith(['forwarder.enabled=false'])
    const [toolbox, prepare] = [pods.get('toolbox'), pods.get('prepare')]
    expect(toolbox?.environment).toEqual(prepare?.environment)
    expect(toolbox?.pod['volumes']).toEqual(prepare?.pod['volumes'])
    expect(toolbox?.container).toMatchObject({ command: ['sleep', 'infinity'] })
    expect(toolbox?.pod['restartPolicy']).toBe('Always')
  })

  it('has the destinations, too, where the forwarder runs', async () => {
    const pods = await podsWith([])
    const [toolbox, prepare] = [pods.get('toolbox'), pods.get('prepare')]
    const file = pods.get('forwarder')?.environment.get('DESTINATIONS_FILE') ?? ''
    expect(Object.fromEntries(toolbox?.environment ?? [])).toEqual({
      ...Object.fromEntries(prepare?.environment ?? []),
      DESTINATIONS_FILE: file,
    })
    const added = asList(toolbox?.pod['volumes']).filter(
      (volume) => !namesOf(prepare?.pod['volumes']).includes(String(at(volume, 'name'))),
    )
    expect(namesOf(added)).toEqual(['destinations', 'destination-secrets'])
    expect(asList(pods.get('forwarder')?.pod['volumes'])).toEqual(expect.arrayContaining(added))
  })

  it('can be left out', async () => {
    const resources = await render({ set: ['toolbox.enabled=false'] })
    expect(find(resources, 'Deployment', '-toolbox')).toBeUndefined()
    expect(find(resources, 'NetworkPolicy', '-toolbox')).toBeUndefined()
  })

  // Its pod could not start without the Secret of that user, and an upgrade would wait in vain.
  it('is there without the preparation only where it is asked for', async () => {
    const without = ['kafka.sasl.mechanism=scram-sha-512', 'prepare.enabled=false']
    const resources = await render({ set: without })
    expect(find(resources, 'Deployment', '-toolbox')).toBeUndefined()
    expect(find(resources, 'NetworkPolicy', '-toolbox')).toBeUndefined()
    const asked = await render({ set: [...without, 'toolbox.enabled=true'] })
    expect(find(asked, 'Deployment', '-toolbox')).toBeDefined()
  })
})
