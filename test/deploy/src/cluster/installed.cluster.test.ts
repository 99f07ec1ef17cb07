// Goal: a cluster accepts everything that is deployed, unchanged. Method: a real API server with
// the CRDs of every operator; each size of the chart applied into a namespace under `restricted`,
// twice, and a pod of each workload let in.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { parse, parseAllDocuments } from 'yaml'
import { installations, render, workloadsOf } from '../chart/rendered-chart.ts'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { operatorManifests, readText } from '../tools/repository.ts'
import { prepareCrds } from '../tools/schemas.ts'
import { type Answer } from './api-client.ts'
import { type ApiServer, startApiServer } from './api-server.ts'

/** On a busy machine the server alone takes minutes to start. */
const START_TIMEOUT_MS = 900_000
const APPLY_TIMEOUT_MS = 300_000
const SERVED_TIMEOUT_MS = 60_000

let server: ApiServer

/** A server's complaints; empty if it accepts everything without a remark. */
function complaintOf(resource: Json, { body, status, warnings }: Answer): readonly string[] {
  const name = `${String(resource['kind'])}/${String(at(resource, 'metadata', 'name'))}`
  const refusal =
    status === 200 || status === 201 ? [] : [`${status} ${String(at(body, 'message'))}`]
  return [...refusal, ...warnings].map((text) => `${name}: ${text}`)
}

async function apply(resources: readonly Json[]): Promise<readonly string[]> {
  const complaints: string[] = []
  for (const resource of resources) {
    complaints.push(...complaintOf(resource, await server.client.apply(resource)))
  }
  return complaints
}

function documentsOf(text: string): readonly Json[] {
  return Array.from(parseAllDocuments(text), (document) => asObject(document.toJS()))
}

/** Helm gives its objects the namespace that they do not name. */
function placed(resources: readonly Json[], namespace: string): readonly Json[] {
  return resources.map((resource) => ({
    ...resource,
    metadata: { namespace, ...asObject(resource['metadata']) },
  }))
}

const crdsOf = async (folder: string): Promise<readonly Json[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts
    .map((text) => asObject(parse(text)))
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
}

async function installCrds(): Promise<void> {
  const folders = await prepareCrds(() => undefined)
  const crds = (await Promise.all(folders.map(crdsOf))).flat()
  expect(crds.length).toBeGreaterThan(20)
  for (const crd of crds) {
    // Their authors have to deal with a server's remarks about them.
    const { body, status } = await server.client.apply(crd)
    expect([at(crd, 'metadata', 'name'), status, at(body, 'message')]).toEqual([
      at(crd, 'metadata', 'name'),
      201,
      undefined,
    ])
  }
  await eventually(
    'every CRD is served',
    async () => {
      const { body } = await server.client.get(
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      )
      const served = asList(at(body, 'items')).filter((crd) =>
        asList(at(crd, 'status', 'conditions')).some(
          (one) => at(one, 'type') === 'Established' && at(one, 'status') === 'True',
        ),
      )
      return served.length === crds.length
    },
    SERVED_TIMEOUT_MS,
  )
}

/** Under the strictest standard, and with the account that a controller would make. */
async function createNamespace(name: string): Promise<void> {
  expect(
    await apply([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name,
          labels: {
            'pod-security.kubernetes.io/enforce': 'restricted',
            'pod-security.kubernetes.io/warn': 'restricted',
          },
        },
      },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    ]),
  ).toEqual([])
}

/** What a controller would make: only a pod itself is refused, what it is made of is not. */
function podsOf(resources: readonly Json[]): readonly Json[] {
  return workloadsOf(resources).map(({ pod, resource }) => {
    const { name, namespace } = asObject(resource['metadata'])
    // A stateful set gives its pods a volume for each claim.
    const claimed = asList(at(resource, 'spec', 'volumeClaimTemplates')).map((claim) => ({
      name: at(claim, 'metadata', 'name'),
      emptyDir: {},
    }))
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-of-${String(name)}`, namespace },
      spec: { ...pod, volumes: [...asList(pod['volumes']), ...claimed] },
    }
  })
}

async function tryPods(resources: readonly Json[]): Promise<readonly string[]> {
  const pods = podsOf(resources)
  expect(pods.length).toBeGreaterThan(0)
  const complaints = await Promise.all(
    pods.map(async (pod) => complaintOf(pod, await server.client.tryToCreate(pod))),
  )
  return complaints.flat()
}

beforeAll(async () => {
  server = await startApiServer()
  await installCrds()
  expect(
    await apply([
      {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'important' },
        value: 1_000,
      },
    ]),
  ).toEqual([])
}, START_TIMEOUT_MS)
afterAll(async () => {
  await server.stop()
}, APPLY_TIMEOUT_MS)

describe('a cluster takes', () => {
  it(
    'the manifests beside the chart, and their pods',
    async () => {
      const [namespaces = '', ...others] = operatorManifests.toSorted((one) =>
        one.endsWith('/namespaces.yaml') ? -1 : 1,
      )
      expect(await apply(documentsOf(readText(namespaces)))).toEqual([])
      for (const namespace of ['kafka', 'clickhouse']) {
        expect(
          await apply([
            {
              apiVersion: 'v1',
              kind: 'ServiceAccount',
              metadata: { name: 'default', namespace },
            },
          ]),
        ).toEqual([])
      }
      const resources = others.flatMap((file) => documentsOf(readText(file)))
      expect(await apply(resources)).toEqual([])
      expect(await tryPods(resources)).toEqual([])
    },
    APPLY_TIMEOUT_MS,
  )

  it.each(installations)(
    'the chart with %s, its pods, and the same once more',
    async (name, values) => {
      const namespace = name.replaceAll(' ', '-')
      await createNamespace(namespace)
      const resources = placed(await render(values), namespace)
      expect(await apply(resources)).toEqual([])
      expect(await apply(resources)).toEqual([])
      expect(await tryPods(resources)).toEqual([])
    },
    APPLY_TIMEOUT_MS,
  )
})

describe('a cluster refuses', () => {
  const inDefault = { name: 'wrong', namespace: 'default' }
  it.each([
    [
      'two groups of rules with one name',
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: inDefault,
        spec: {
          groups: [
            { name: 'one', rules: [] },
            { name: 'one', rules: [] },
          ],
        },
      },
      /duplicate/i,
    ],
    [
      'a field that it does not know',
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: inDefault,
        dada: { key: 'value' },
      },
      /dada/,
    ],
  ])('%s', async (_, resource, reason) => {
    expect(await apply([resource])).toEqual([expect.stringMatching(reason)])
  })

  it('a pod that the standard forbids', async () => {
    await createNamespace('strict')
    const [pod] = await tryPods(
      placed(
        [
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'free' },
            spec: { containers: [{ name: 'free', image: 'free' }] },
          },
        ],
        'strict',
      ),
    )
    expect(pod).toMatch(/403 .*violates PodSecurity "restricted/)
  })
})
