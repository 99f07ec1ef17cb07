// Goal: tests of one workspace use a stack that runs, and never an installation's servers. Method:
// ask what finds it, for the variables that a shell may have.
import { expect, it } from '@jest/globals'
import { root, run } from './repository.fixture.ts'

const driver = `
  import { findRunningStack } from '${root}scripts/running-stack.mjs'
  console.log(JSON.stringify(findRunningStack(JSON.parse(process.argv[1])) ?? null))`

const local = {
  KAFKA_BROKERS: '127.0.0.1:9092,localhost:9093',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
  CLICKHOUSE_URL: 'http://u:p@localhost:8123',
}

async function find(variables: Readonly<Record<string, string>>): Promise<unknown> {
  const args = ['--input-type=module', '-e', driver, '--', JSON.stringify(variables)]
  const { out, err } = await run(process.execPath, args)
  return out === '' ? err : JSON.parse(out)
}

it('is the one that all three variables name', async () => {
  expect(await find(local)).toEqual({
    brokers: ['127.0.0.1:9092', 'localhost:9093'],
    schemaRegistryUrl: 'http://127.0.0.1:8081',
    clickhouseUrl: 'http://u:p@localhost:8123',
  })
})

it.each([
  ['a variable is missing', { CLICKHOUSE_URL: '' }],
  ['a broker is elsewhere', { KAFKA_BROKERS: '127.0.0.1:9092,kafka:9092' }],
  ['the registry is elsewhere', { SCHEMA_REGISTRY_URL: 'https://registry.example.com' }],
  ['an address cannot be read', { CLICKHOUSE_URL: 'localhost' }],
])('is none where %s', async (_, changed) => {
  expect(await find({ ...local, ...changed })).toBeNull()
})
