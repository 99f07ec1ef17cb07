import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { spawnGuarded, stackFromEnv } from '@wabastream/testing'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT_MS = 60_000
const stack = stackFromEnv()
const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'topics-test' })
const generation = 3_000 + (process.pid % 6_000)
const { decoded, events, timelines, transitions } = topicNames(generation)
/** All generations share the raw topic and the dead letters, so other tests make them. */
const own = [decoded, events, timelines, transitions]

afterAll(async () => {
  await kafka.admin.deleteTopics(own)
  await kafka.close()
})

async function topics(...args: readonly string[]) {
  const child = spawnGuarded(process.execPath, [mainPath, 'topics', '--json', ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      GENERATION: String(generation),
      PARTITIONS: '2',
      KAFKA_BROKERS: stack.brokers.join(','),
    },
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  const {
    differences,
    plan,
  }: {
    readonly differences: readonly { topic: string; setting: string; severity: string }[]
    readonly plan: { readonly create: readonly { topic: string }[]; readonly alter: unknown }
  } = JSON.parse(out)
  return {
    code,
    plan,
    broken: differences
      .filter(({ severity, topic }) => severity === 'broken' && own.includes(topic))
      .map(({ topic, setting }) => ({ topic, setting })),
  }
}

const ownConfigOf = async (topic: string) => (await kafka.admin.topicStates([topic]))[0]?.config

describe('wabastream topics', () => {
  it(
    'creates what is missing, and only reports it in a dry run',
    async () => {
      const missing = own.map((topic) => ({ topic, setting: 'topic' }))
      expect(await topics('--create', '--dry-run')).toMatchObject({ code: 1, broken: missing })
      const { broken, plan } = await topics('--create')
      expect(plan.create.map(({ topic }) => topic)).toEqual(expect.arrayContaining(own))
      expect(broken).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'names settings that fall short, and sets them without touching others',
    async () => {
      await kafka.admin.changeTopics([
        { topic: events, config: { 'max.message.bytes': '100000', 'flush.messages': '7' } },
        { topic: timelines, config: { 'cleanup.policy': 'delete', 'delete.retention.ms': '1000' } },
      ])
      const short = [
        { topic: events, setting: 'max.message.bytes' },
        { topic: timelines, setting: 'cleanup.policy' },
        { topic: timelines, setting: 'delete.retention.ms' },
      ]
      const dry = await topics('--alter', '--dry-run')
      expect(dry).toMatchObject({ code: 1, broken: short })
      expect(JSON.stringify(dry.plan.alter)).toContain(events)
      expect(await topics()).toMatchObject({ code: 1, broken: short })
      expect((await topics('--alter')).broken).toEqual([])
      const config = await ownConfigOf(events)
      expect([config?.get('max.message.bytes'), config?.get('flush.messages')]).toEqual([
        '4194304',
        '7',
      ])
    },
    TIMEOUT_MS,
  )
})
