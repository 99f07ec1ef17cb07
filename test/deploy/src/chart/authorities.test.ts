// Goal: clients reach a registry and a ClickHouse with certificates of a private authority if, and
// only if, the variable that the chart sets for it is there. Method: a server with such a
// certificate, and the command line as a process.
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createTestAuthority, type TestCertificate } from '@wabastream/testing'
import { at } from '../tools/json.ts'
import { pathOf } from '../tools/repository.ts'
import { runCommand } from '../tools/run-command.ts'

const PROCESS_TIMEOUT_MS = 120_000

let directory: string
let certificate: TestCertificate

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wabastream-authorities-'))
  const authority = await createTestAuthority('own authority')
  certificate = await authority.issue('localhost')
  await writeFile(join(directory, 'ca.crt'), authority.cert)
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

/** What was asked of a server that stands for both registry and ClickHouse. */
async function askedWith(
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const asked: string[] = []
  const server = createServer(certificate, (request, response) => {
    asked.push(String(request.url))
    response.writeHead(503).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `https://localhost:${Number(at(server.address(), 'port'))}`
  await runCommand(process.execPath, [pathOf('services/cli/src/main.ts'), 'doctor'], {
    environment: {
      ...environment,
      KAFKA_BROKERS: '127.0.0.1:9',
      SCHEMA_REGISTRY_URL: `${address}/registry`,
      CLICKHOUSE_URL: address,
    },
  })
  server.close()
  return asked
}

it(
  'both are reached with the authority, and neither without',
  async () => {
    const [trusting, others] = await Promise.all([
      askedWith({ NODE_EXTRA_CA_CERTS: join(directory, 'ca.crt') }),
      askedWith({}),
    ])
    expect(trusting).toContainEqual(expect.stringMatching(/^\/registry/))
    expect(trusting).toContainEqual(expect.not.stringMatching(/^\/registry/))
    expect(others).toEqual([])
  },
  PROCESS_TIMEOUT_MS,
)
