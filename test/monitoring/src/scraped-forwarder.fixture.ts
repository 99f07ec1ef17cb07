import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type WabastreamProcess } from '@wabastream/end-to-end'
import { findFreePort } from '@wabastream/local-stack'
import { eventually, spawnGuarded } from '@wabastream/testing'
import { root } from './runbooks.fixture.ts'

const START_TIMEOUT_MS = 60_000

export interface ScrapedForwarder {
  /** host:port of its /metrics. */
  readonly address: string
  stop(): Promise<void>
}

/** A forwarder beside a wabastream that runs, and an application that accepts everything. */
export async function startScrapedForwarder(
  { brokers, schemaRegistryUrl }: WabastreamProcess,
  directory: string,
): Promise<ScrapedForwarder> {
  const application = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200).end())
  })
  const [port, adminPort] = [await findFreePort(), await findFreePort()]
  application.listen(port, '127.0.0.1')
  await once(application, 'listening')
  const file = join(directory, 'destinations.yaml')
  const destination = { name: 'app', url: `http://127.0.0.1:${port}/`, allow: ['loopback'] }
  await writeFile(file, JSON.stringify({ destinations: [destination] }))
  const address = `127.0.0.1:${adminPort}`
  const child = spawnGuarded(process.execPath, ['services/forwarder/src/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      ADMIN_PORT: String(adminPort),
      KAFKA_BROKERS: brokers.join(','),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      DESTINATIONS_FILE: file,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'exit')
  await eventually(
    'the forwarder is ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`the forwarder ended:\n${output}`)
      return fetch(`http://${address}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    },
    START_TIMEOUT_MS,
  )
  return {
    address,
    async stop() {
      child.kill('SIGTERM')
      await ended
      application.close()
      application.closeAllConnections()
    },
  }
}
