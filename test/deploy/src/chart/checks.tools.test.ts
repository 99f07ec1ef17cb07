// Goal: others' checks find nothing. Method: helm lint, kubeconform with the real schemas of
// Kubernetes and of every operator, kube-score with its defaults, hadolint.
import { describe, expect, it } from '@jest/globals'
import { operatorManifests as operators, pathOf, readText } from '../tools/repository.ts'
import { toolPath } from '../tools/install-tools.ts'
import { runCommand } from '../tools/run-command.ts'
import { schemasDirectory } from '../tools/schemas.ts'
import { KUBERNETES_VERSION } from '../tools/versions.ts'
import {
  everything,
  installations,
  keysInSecrets,
  lintChart,
  renderText,
} from './rendered-chart.ts'

interface Conformity {
  readonly resources: readonly { readonly msg: string; readonly status: string }[]
  readonly summary: { readonly valid: number }
}

async function remarksOn(manifests: string): Promise<readonly string[]> {
  const { stdout } = await runCommand(
    toolPath('kube-score'),
    ['score', '--output-format', 'ci', '-'],
    { input: manifests },
  )
  expect(stdout).toContain('[OK]')
  return stdout.split('\n').filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line))
}

async function conform(manifests: string): Promise<Conformity> {
  const { stdout } = await runCommand(
    toolPath('kubeconform'),
    [
      '-strict',
      '-summary',
      '-output',
      'json',
      '-kubernetes-version',
      KUBERNETES_VERSION,
      '-schema-location',
      `${schemasDirectory}/{{.ResourceKind}}{{.KindSuffix}}.json`,
      '-',
    ],
    { input: manifests },
  )
  return JSON.parse(stdout)
}

describe.each(installations)('%s', (_, values) => {
  it('is passed by helm lint', async () => {
    expect(await lintChart(values)).toContain('0 chart(s) failed')
  })

  it('conforms to the schemas, without a field that they do not know', async () => {
    const { resources, summary } = await conform(await renderText(values))
    expect(resources).toEqual([])
    expect(summary.valid).toBeGreaterThan(15)
  })

  it('is scored without a remark', async () => {
    expect(await remarksOn(await renderText(values))).toEqual([])
  })
})

/** What the standard forbids, after having seen `pods` templates. */
async function forbiddenIn(manifests: string, pods: number): Promise<readonly string[]> {
  const { code, stderr, stdout } = await runCommand(toolPath('podSecurity'), [], {
    input: manifests,
  })
  const lines = stdout.split('\n')
  const seen = lines.filter((line) => line.startsWith('seen '))
  expect({ code, stderr, seen: seen.length }).toEqual({ code: 0, stderr: '', seen: pods })
  return lines.filter((line) => line.startsWith('forbidden '))
}

describe('the Pod Security standard `restricted`', () => {
  it.each(installations)('allows every pod of %s', async (_, values) => {
    const pods =
      new Map([
        [everything, 10],
        [keysInSecrets, 9],
      ]).get(values.set ?? []) ?? 7
    expect(await forbiddenIn(await renderText(values), pods)).toEqual([])
  })

  it('allows the pods beside the chart', async () => {
    const texts = operators.map(readText)
    expect(await forbiddenIn(texts.join('\n---\n'), 2)).toEqual([])
  })

  it('would forbid a pod with capabilities', async () => {
    const text = await renderText({})
    expect(await forbiddenIn(text.replace('drop: [ALL]', 'drop: []'), 7)).toEqual([
      expect.stringContaining('unrestricted capabilities'),
    ])
  })
})

describe('the check of schemas', () => {
  it.each([
    ['Kubernetes', 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { porst: [] }'],
    [
      'the Prometheus operator',
      `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: a }
spec: { selector: {}, podMetricsEndpoints: [{ prot: admin }] }`,
    ],
    [
      'KEDA',
      `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: a }
spec: { scaleTargetRef: { name: a }, triggers: [], coolDown: 3 }`,
    ],
    [
      'Strimzi',
      `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: a }
spec: { partitons: 3 }`,
    ],
  ])('finds a field that %s does not know', async (_, manifest) => {
    expect((await conform(manifest)).resources).toEqual([
      expect.objectContaining({ status: 'statusInvalid' }),
    ])
  })
})

describe('deploy/kubernetes', () => {
  it.each(operators)('%s conforms to the schemas', async (file) => {
    expect((await conform(readText(file))).resources).toEqual([])
  })

  it('is scored without a remark', async () => {
    const texts = operators.map(readText)
    expect(await remarksOn(texts.join('\n---\n'))).toEqual([])
  })
})

describe('the Dockerfile', () => {
  it('is passed by hadolint', async () => {
    const { code, stdout } = await runCommand(toolPath('hadolint'), [
      '--failure-threshold',
      'style',
      pathOf('deploy/docker/Dockerfile'),
    ])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })
})
