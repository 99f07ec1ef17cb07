// Goal: what the chart makes fits the services and the promises. Method: read what Helm renders.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { programs, serviceNames } from '@wabastream/contracts'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { readCommandVariables, readVariables } from '../service-variables.ts'
import {
  find,
  installations,
  keysInSecrets,
  render,
  variablesOf,
  type Workload,
  workloadsOf,
} from './rendered-chart.ts'

/** Node's own. */
const NOT_OURS = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'])
const WRITABLE = new Set(['/tmp', '/var/lib/wabastream', '/var/lib/wabastream/spool'])

/** Pods of the command line; what is run in the toolbox needs what `prepare` does. */
const commands: ReadonlyMap<string, string> = new Map([
  ['doctor', 'doctor'],
  ['prepare', 'prepare'],
  ['toolbox', 'prepare'],
])
/** What people run in the toolbox reads them as the services do. */
const IN_TOOLBOX = new Set(['DESTINATIONS_FILE', 'NUMBERS_FILE'])
/** Who asks the API server for keys of numbers, if they lie in Secrets. */
const ASKING = new Set(['watch', 'read-receipts', 'toolbox'])
/** Only some installations have them. */
const optional = new Set<string>(
  programs
    .map(({ service }) => service)
    .filter((name) => !serviceNames.some((one) => one === name)),
)

function isService({ component }: Workload): boolean {
  return !commands.has(component)
}

describe.each(installations)('%s', (_, values) => {
  let resources: readonly Json[] = []
  let workloads: readonly Workload[] = []
  beforeAll(async () => {
    resources = await render(values)
    workloads = workloadsOf(resources)
  })

  it('runs every service, the preparation, the check and the toolbox', () => {
    const components = workloads.map(({ component }) => component)
    const always = components.filter((name) => !optional.has(name))
    expect(always.toSorted()).toEqual([...serviceNames, 'doctor', 'prepare', 'toolbox'].toSorted())
  })

  it('sets what its programs read, all that they need, and nothing else', async () => {
    for (const { component, environment } of workloads) {
      const command = commands.get(component)
      const variables =
        command === undefined ? await readVariables(component) : await readCommandVariables(command)
      const given = [...environment.keys()]
        .filter((name) => !NOT_OURS.has(name))
        .filter((name) => component !== 'toolbox' || !IN_TOOLBOX.has(name))
        .map((name) => (variables.has(name) ? name : name.replace(/_FILE$/, '')))
      expect([...variables.keys()]).toEqual(expect.arrayContaining(given))
      const needed = Array.from(variables).filter(([, fallback]) => fallback === 'required')
      expect(given).toEqual(expect.arrayContaining(needed.map(([name]) => name)))
    }
  }, 120_000)

  it('sets no variable twice', () => {
    for (const { container, environment } of workloads) {
      expect(asList(container['env'])).toHaveLength(environment.size)
    }
  })

  it('waits longer for a pod than its service takes to stop', () => {
    for (const { container, environment, pod } of workloads.filter(isService)) {
      const before = Number(at(container, 'lifecycle', 'preStop', 'sleep', 'seconds') ?? 0)
      const timeoutMs = Number(environment.get('SHUTDOWN_TIMEOUT_MS'))
      expect(timeoutMs).toBeGreaterThan(0)
      expect(pod['terminationGracePeriodSeconds']).toBeGreaterThan(before + timeoutMs / 1_000)
    }
  })

  it('lets endpoints forget an ingestor before it stops', () => {
    const ingestor = workloads.find(({ component }) => component === 'ingestor')
    expect(at(ingestor?.container, 'lifecycle', 'preStop', 'sleep', 'seconds')).toBe(5)
  })

  it('runs with the least of rights', () => {
    for (const { component, container, pod } of workloads) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: values.set === keysInSecrets && ASKING.has(component),
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      })
      expect(container['securityContext']).toEqual(
        expect.objectContaining({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ['ALL'] },
        }),
      )
    }
  })

  it('writes only where a volume is meant for it', () => {
    for (const { container } of workloads) {
      for (const mount of asList(container['volumeMounts'])) {
        const { mountPath, readOnly } = asObject(mount)
        expect(readOnly === true || WRITABLE.has(String(mountPath))).toBe(true)
      }
    }
  })

  it('mounts no volume that it does not define', () => {
    for (const { container, pod, resource } of workloads) {
      const claims = asList(at(resource, 'spec', 'volumeClaimTemplates'))
      const defined = [
        ...asList(pod['volumes']).map((volume) => at(volume, 'name')),
        ...claims.map((claim) => at(claim, 'metadata', 'name')),
      ]
      const mounted = asList(container['volumeMounts']).map((mount) => at(mount, 'name'))
      expect(mounted.toSorted()).toEqual(defined.toSorted())
    }
  })

  it('takes secrets from files alone', () => {
    for (const { container } of workloads) {
      expect(container['envFrom']).toBeUndefined()
      for (const variable of asList(container['env'])) {
        expect(at(variable, 'valueFrom')).toBeUndefined()
        expect(String(at(variable, 'value'))).not.toMatch(/:\/\/[^/]*@/)
      }
    }
  })

  it('keeps consumers within the partitions that there are to read', () => {
    const consumers = workloads
      .filter(isService)
      .filter(({ component }) => !['ingestor', 'watch'].includes(component))
    const partitions = Number(variablesOf(resources, 'decoder').get('PARTITIONS'))
    for (const { component, resource } of consumers) {
      const scaled = find(resources, 'ScaledObject', `-${component}`)
      const most = at(scaled, 'spec', 'maxReplicaCount') ?? at(resource, 'spec', 'replicas')
      expect(most).toBeGreaterThanOrEqual(1)
      expect(Number(most)).toBeLessThanOrEqual(partitions)
      expect(scaled === undefined).toBe(at(resource, 'spec', 'replicas') !== undefined)
    }
  })

  it('lets one pod of a service go at a time', () => {
    const several = workloads.filter(isService).filter(({ component }) => component !== 'watch')
    for (const { component } of several) {
      expect(find(resources, 'PodDisruptionBudget', `-${component}`)).toMatchObject({
        spec: { maxUnavailable: 1 },
      })
    }
  })

  it('denies what no policy allows, and lets webhooks in to the ingestor alone', () => {
    const policies = resources.filter(({ kind }) => kind === 'NetworkPolicy')
    const deny = find(resources, 'NetworkPolicy', '-deny')
    expect(deny).toMatchObject({ spec: { policyTypes: ['Ingress', 'Egress'] } })
    expect(at(deny, 'spec', 'ingress') ?? at(deny, 'spec', 'egress')).toBeUndefined()
    const withWebhooks = policies.filter((policy) =>
      JSON.stringify(at(policy, 'spec', 'ingress') ?? '').includes('webhooks'),
    )
    expect(
      withWebhooks.map((policy) =>
        at(policy, 'spec', 'podSelector', 'matchLabels', 'app.kubernetes.io/component'),
      ),
    ).toEqual(['ingestor'])
  })
})
