// Goal: a command of a runbook can be copied at night and works. Method: every name in it, looked
// for in what the chart and the manifests beside it make, and in what operators are known to make
// of those.
import { globSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { asList, asObject, at, type Json } from '../tools/json.ts'
import { operatorManifests, pathOf, readText, readYaml } from '../tools/repository.ts'
import { runOrThrow } from '../tools/run-command.ts'
import { everything, RELEASE, render, workloadsOf } from './rendered-chart.ts'

const runbooks = globSync('docs/runbooks/*.md', { cwd: pathOf('.') }).toSorted()
const text = runbooks.map(readText).join('\n')

/** Commands of blocks and of single spans, each in one line, without what follows as a remark. */
const blocks = Array.from(text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm), ([, block = '']) => block)
const lines = blocks
  .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
  .map((line) => line.trim())
const spans = Array.from(text.matchAll(/`(kubectl [^`…\n]+)`/g), ([, span = '']) => span)
const commands = [...lines, ...spans].flatMap((line) =>
  Array.from(
    line.matchAll(/(?:^|# with KEDA first: )(kubectl .*)/g),
    ([, command = '']) => command,
  ),
)

const KINDS: Readonly<Record<string, string>> = {
  deploy: 'Deployment',
  deployment: 'Deployment',
  deployments: 'Deployment',
  statefulset: 'StatefulSet',
  svc: 'Service',
  configmap: 'ConfigMap',
  scaledobject: 'ScaledObject',
}

let resources: readonly Json[] = []

/** Whose names follow from names of ours. */
function madeByOperators(): readonly string[] {
  const kafka = resources.find(({ kind }) => kind === 'Kafka')
  const values = readYaml('deploy/helm/wabastream/values.yaml')
  const prometheus = new URL(String(at(values, 'keda', 'prometheusUrl'))).hostname.split('.')
  return [
    `kafka Service ${String(at(kafka, 'metadata', 'name'))}-kafka-bootstrap`,
    `${prometheus[1]} Service ${prometheus[0]}`,
  ]
}

function capturesOf(pattern: RegExp): readonly string[] {
  return [
    ...new Set(
      commands.flatMap((command) =>
        Array.from(command.matchAll(pattern), ([, captured = '']) => captured),
      ),
    ),
  ]
}

beforeAll(async () => {
  const manifests = operatorManifests.map(readText).join('\n---\n')
  const others = Array.from(parseAllDocuments(manifests), (document) => asObject(document.toJS()))
  const own = await render({ set: everything })
  resources = [
    ...others,
    ...own.map((resource) => ({
      ...resource,
      metadata: { namespace: RELEASE, ...asObject(resource['metadata']) },
    })),
  ]
})

describe('the commands of the runbooks', () => {
  it('are seen here', () => {
    expect(commands.length).toBeGreaterThan(80)
  })

  it('need only kubectl and what each machine has', () => {
    const programs = lines.filter((line) => /^[a-z./]/.test(line)).map((line) => line.split(' ')[0])
    expect([...new Set(programs)].toSorted()).toEqual(['curl', 'kubectl', 'openssl'])
  })

  it('name a namespace, except of a node', () => {
    expect(
      commands.filter((command) => !/^kubectl (-n [a-z]+ |debug node\/|get \S+ -A)/.test(command)),
    ).toEqual([])
  })

  it('name resources that there are', () => {
    const known = new Set([
      ...madeByOperators(),
      ...resources.map((resource) =>
        [
          at(resource, 'metadata', 'namespace'),
          resource['kind'],
          at(resource, 'metadata', 'name'),
        ].join(' '),
      ),
    ])
    const named = commands.flatMap((command) => {
      const [, namespace = ''] = /^kubectl -n (\S+)/.exec(command) ?? []
      return Array.from(
        command.matchAll(/\b([a-z]+)(?:\/|(?<=configmap|scaledobject) )([a-z][a-z0-9-]+)/g),
        ([, kind = '', name = '']) => ({ kind: KINDS[kind], name }),
      ).flatMap(({ kind, name }) => (kind === undefined ? [] : [`${namespace} ${kind} ${name}`]))
    })
    expect(new Set(named).size).toBeGreaterThan(6)
    expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([])
  })

  it('select pods by labels that they have', () => {
    const labels = new Set(
      resources.flatMap((resource) =>
        Object.entries({
          ...asObject(at(resource, 'metadata', 'labels')),
          ...asObject(at(resource, 'spec', 'template', 'metadata', 'labels')),
        }).map(([key, value]) => `${key}=${String(value)}`),
      ),
    )
    const selected = capturesOf(/ -l ([^\s/]+\/\S+)/g)
    expect(selected.length).toBeGreaterThan(3)
    expect(selected.filter((label) => !labels.has(label))).toEqual([])
  })

  it('name containers of operators, for ours are alone in their pods', () => {
    expect(capturesOf(/ -c ([a-z]+) --/g).toSorted()).toEqual(['kafka', 'prometheus'])
    for (const { pod } of workloadsOf(resources)) expect(asList(pod['containers'])).toHaveLength(1)
  })

  it('ask the port at which pods report themselves', () => {
    const ports = workloadsOf(resources)
      .flatMap(({ container }) => asList(container['ports']))
      .filter((port) => at(port, 'name') === 'admin')
      .map((port) => String(at(port, 'containerPort')))
    const asked = capturesOf(/(?:fetch\('http:\/\/localhost:|port-forward POD )(\d+)/g)
    expect(asked).toEqual([...new Set(ports)])
  })

  it('look into folders that are mounted', () => {
    const mounted = workloadsOf(resources).flatMap(({ container }) =>
      asList(container['volumeMounts']).map((mount) => String(at(mount, 'mountPath'))),
    )
    const configured = workloadsOf(resources).flatMap(({ environment }) =>
      ['SPOOL_DIR', 'STATE_DIR'].flatMap((name) => environment.get(name) ?? []),
    )
    const folders = capturesOf(/(\/var\/lib\/[a-z/]*[a-z])(?:\/\*)?/g)
    expect(folders.length).toBeGreaterThan(2)
    expect(
      folders.filter(
        (folder) =>
          ![...mounted, ...configured].some(
            (known) => folder === known || folder === `${known}/quarantine`,
          ),
      ),
    ).toEqual([])
  })

  it('name claims as a stateful set makes them', () => {
    const claims = resources
      .flatMap((resource) => asList(at(resource, 'spec', 'volumeClaimTemplates')))
      .map((claim) => String(at(claim, 'metadata', 'name')))
    expect(claims).toEqual(expect.arrayContaining([...capturesOf(/ pvc ([a-z]+)-POD/g)]))
  })

  it('give the command line commands that it has', async () => {
    const help = await runOrThrow(process.execPath, [pathOf('services/cli/src/main.ts'), '--help'])
    const known = new Set(Array.from(help.matchAll(/^ {2}([a-z-]+) /gm), ([, name = '']) => name))
    const given = capturesOf(/ -- wabastream ([a-z-]+)/g)
    expect(given.length).toBeGreaterThan(5)
    expect(given.filter((name) => !known.has(name))).toEqual([])
  })
})
