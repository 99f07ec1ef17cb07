// Goal: nobody else on a port passes for a part. Method: the ports that are found first belong to a
// stranger who answers everything as if it were ready.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type FindPort,
  findFreePort,
  type LocalStack,
  startLocalStack,
  startPrometheus,
} from './index.ts'

const TIMEOUT_MS = 120_000
/** Each of three parts finds itself four. */
const STACK_PORTS = 12
const directory = mkdtempSync(join(tmpdir(), 'wabastream-taken-'))
const strangers: Server[] = []
const running: Pick<LocalStack, 'stop'>[] = []

beforeAll(async () => {
  for (let count = 0; count < STACK_PORTS; count += 1) {
    const server = createServer((_request, response) => {
      response.end('Ok.\n')
    })
    // What is no HTTP, as Kafka's question, gets an answer too.
    server.on('clientError', (_error, socket) => socket.end('no'))
    const port = await findFreePort()
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve)
    })
    strangers.push(server)
  }
})

afterAll(async () => {
  await Promise.all(running.map((part) => part.stop()))
  for (const server of strangers) server.close()
  rmSync(directory, { recursive: true, force: true })
}, TIMEOUT_MS)

function takenPorts(): readonly number[] {
  return strangers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
}

function takenFirst(count: number): FindPort {
  const taken = [...takenPorts()].slice(0, count)
  return async () => taken.shift() ?? findFreePort()
}

function portsIn(addresses: readonly string[]): readonly number[] {
  return addresses.map((address) => Number(/:(\d+)/.exec(address.replace('http:', ''))?.[1]))
}

describe('where ports are taken by the time they are used', () => {
  it(
    'Kafka, the registry and ClickHouse take others',
    async () => {
      const stack = await startLocalStack({
        dataDirectory: join(directory, 'stack'),
        ports: takenFirst(STACK_PORTS),
        onProgress: () => undefined,
      })
      running.push(stack)
      const { brokers, clickhouseUrl, schemaRegistryUrl } = stack
      const ports = portsIn([...brokers, clickhouseUrl, schemaRegistryUrl])
      expect(ports.filter((port) => takenPorts().includes(port))).toEqual([])
      const answer = await fetch(clickhouseUrl, { method: 'POST', body: 'SELECT 40 + 2' })
      expect(await answer.text()).toBe('42\n')
    },
    TIMEOUT_MS,
  )

  it(
    'Prometheus takes another',
    async () => {
      const configFile = join(directory, 'prometheus.yaml')
      writeFileSync(configFile, '{}')
      const prometheus = await startPrometheus({
        configFile,
        directory: join(directory, 'prometheus'),
        findPort: takenFirst(1),
        onProgress: () => undefined,
      })
      running.push(prometheus)
      expect(takenPorts()).not.toContain(portsIn([prometheus.url])[0])
    },
    TIMEOUT_MS,
  )
})
