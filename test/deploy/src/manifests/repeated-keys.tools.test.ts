// Goal: no list has an entry that an API server takes for another one of it. Method: the keys that
// the schemas of Kubernetes and of the operators name, on everything that is applied.
import { describe, expect, it } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { installations, render } from '../chart/rendered-chart.ts'
import { asObject, type Json } from '../tools/json.ts'
import { operatorManifests, readText } from '../tools/repository.ts'
import { findRepeatedKeys, findRepeatedNames } from './repeated-keys.ts'
import { openSchemas } from './stored-schemas.ts'

const schemas = openSchemas()

function parse(text: string): readonly Json[] {
  return Array.from(parseAllDocuments(text), (document) => asObject(document.toJS()))
}

function repeatedIn(resources: readonly Json[]): readonly string[] {
  expect(resources).not.toEqual([])
  return [
    ...findRepeatedNames(resources),
    ...resources.flatMap((resource) => findRepeatedKeys(resource, schemas)),
  ]
}

describe('no key stands in a list twice', () => {
  it.each(installations)('of the chart with %s', async (_, values) => {
    expect(repeatedIn(await render(values))).toEqual([])
  })

  it('of the manifests beside the chart', () => {
    expect(repeatedIn(operatorManifests.flatMap((file) => parse(readText(file))))).toEqual([])
  })
})

describe('the check', () => {
  it.each([
    [
      'a group of rules of a custom resource',
      `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: a }
spec: { groups: [{ name: one }, { name: two }, { name: one }] }`,
      'PrometheusRule/a.spec.groups[2]',
    ],
    ['a variable of a container', pod('env: [{ name: A }, { name: A }]'), '.env[1]'],
    [
      'a mount of a container',
      pod('volumeMounts: [{ mountPath: /a, name: b }, { mountPath: /a, name: c }]'),
      '.volumeMounts[1]',
    ],
    [
      'a port whose protocol is the usual one',
      pod('ports: [{ containerPort: 1 }, { containerPort: 1, protocol: TCP }]'),
      '.ports[1]',
    ],
    ['a volume', pod('', 'volumes: [{ name: a }, { name: a }]'), '.volumes[1]'],
    [
      'an entry of a set',
      `apiVersion: v1
kind: Pod
metadata: { name: a, finalizers: [one, one] }`,
      '.finalizers[1]',
    ],
  ])('finds %s', (_, manifest, path) => {
    expect(repeatedIn(parse(manifest))).toEqual([expect.stringContaining(`${path}: `)])
  })

  it('does not take ports for one that differ in their protocol', () => {
    const ports = 'ports: [{ containerPort: 1 }, { containerPort: 1, protocol: UDP }]'
    expect(repeatedIn(parse(pod(ports)))).toEqual([])
  })

  it('finds a kind without a schema', () => {
    expect(repeatedIn(parse('apiVersion: a/v1\nkind: Foreign\nmetadata: { name: a }'))).toEqual([
      'Foreign/a: unknown kind',
    ])
  })

  it('finds a resource that is there twice', () => {
    expect(repeatedIn(parse(`${pod('')}\n---\n${pod('')}`))).toEqual(['v1 Pod  a'])
  })
})

function pod(ofContainer: string, ofPod = ''): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - name: a
      ${ofContainer}
  ${ofPod}`
}
