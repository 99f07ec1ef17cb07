import { once } from 'node:events'
import { findFreePort } from '@wabastream/local-stack'
import { eventually, spawnGuarded } from '@wabastream/testing'
import { root } from './runbooks.fixture.ts'

const START_TIMEOUT_MS = 60_000

export interface ScrapedService {
  /** host:port of its /metrics. */
  readonly address: string
  stop(): Promise<void>
}

/** A service in a process of its own; resolves once it is ready. */
export async function startScrapedService(
  service: string,
  env: Readonly<Record<string, string>>,
): Promise<ScrapedService> {
  const adminPort = await findFreePort()
  const address = `127.0.0.1:${adminPort}`
  const child = spawnGuarded(process.execPath, [`services/${service}/src/main.ts`], {
    cwd: root,
    env: { PATH: process.env['PATH'], ADMIN_PORT: String(adminPort), ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'exit')
  await eventually(
    `${service} is ready`,
    async () => {
      if (child.exitCode !== null) throw new Error(`${service} ended:\n${output}`)
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
    },
  }
}
