// Goal: pods that Strimzi makes of our resources are let into a namespace under `restricted`, and
// the registry can still reach brokers that require a login. Method: the manifests, unchanged and
// with the commented lines.
import { describe, expect, it } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { asList, asObject, at } from './tools/json.ts'
import { readText } from './tools/repository.ts'

const POD = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
const CONTAINER = {
  ...POD,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
}

function documentsOf(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS())
}

const kafka = documentsOf(readText('deploy/kubernetes/kafka.yaml'))
const pools = kafka.filter((one) => at(one, 'kind') === 'KafkaNodePool')
const cluster = kafka.find((one) => at(one, 'kind') === 'Kafka')

describe('pods of Strimzi', () => {
  it.each(pools.map((pool) => [String(at(pool, 'metadata', 'name')), pool] as const))(
    'of the pool %s are restricted',
    (_, pool) => {
      const template = asObject(at(pool, 'spec', 'template'))
      expect(at(template, 'pod', 'securityContext')).toMatchObject({ ...POD, fsGroup: 0 })
      for (const container of ['kafkaContainer', 'initContainer']) {
        expect(at(template, container, 'securityContext')).toEqual(CONTAINER)
      }
    },
  )

  it('of the entity operator are restricted', () => {
    const template = asObject(at(cluster, 'spec', 'entityOperator', 'template'))
    expect(at(template, 'pod', 'securityContext')).toEqual(POD)
    for (const container of ['topicOperatorContainer', 'userOperatorContainer']) {
      expect(at(template, container, 'securityContext')).toEqual(CONTAINER)
    }
  })
})

describe('the registry with a user of its own', () => {
  /** As somebody would have it who takes the lines that are commented out. */
  const text = readText('deploy/kubernetes/schema-registry.yaml')
    .replace(/^ +value: kafka-kafka-bootstrap\S+\n +# With TLS and a user instead:\n/m, '')
    .replace(/^( +)# (- |  )/gm, '$1$2')
  const [deployment, ...others] = documentsOf(text)
  const pod = at(deployment, 'spec', 'template', 'spec')
  const variables = asList(at(pod, 'containers', 0, 'env'))
  const valueOf = (name: string): unknown =>
    asObject(variables.find((variable) => at(variable, 'name') === name))

  it('comes by the listener with TLS, with the password that the operator makes', () => {
    expect(valueOf('KAFKA_BOOTSTRAP_SERVERS')).toMatchObject({
      value: 'kafka-kafka-bootstrap.kafka.svc:9093',
    })
    expect(valueOf('REGISTRY_KAFKA_COMMON_SECURITY_PROTOCOL')).toMatchObject({ value: 'SASL_SSL' })
    expect(valueOf('REGISTRY_KAFKA_COMMON_SASL_JAAS_CONFIG')).toMatchObject({
      valueFrom: { secretKeyRef: { name: 'apicurio-registry', key: 'sasl.jaas.config' } },
    })
    const users = documentsOf(readText('deploy/kubernetes/kafka-users.yaml'))
    expect(users.map((user) => at(user, 'metadata', 'name'))).toContain('apicurio-registry')
  })

  it('mounts the authority that it trusts, and is let out to that listener', () => {
    const mounts = asList(at(pod, 'containers', 0, 'volumeMounts')).map((one) => at(one, 'name'))
    const volumes = asList(at(pod, 'volumes')).map((one) => at(one, 'name'))
    expect(mounts).toEqual(['tmp', 'kafka-ca'])
    expect(volumes).toEqual(mounts)
    const policy = others.find((one) => at(one, 'kind') === 'NetworkPolicy')
    expect(JSON.stringify(at(policy, 'spec', 'egress'))).toContain('{"port":9093}')
  })
})
