// Goal: the state of a number follows what its provider answers. Method: a real server speaks
// 360dialog's API, and the numbers come from a file.
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readNumbersFile } from '@wabastream/provider'
import { createLogger } from '@wabastream/service-host'
import { eventually } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { startNumberWatch } from './start-number-watch.ts'

const OURS = 'https://hooks.example.com/webhooks/partner'
const KEY = 'a-key-of-the-number'

let directory: string
let server: Server
let registry: Registry
let stopping: AbortController
let running: Promise<void>
let answer: () => { readonly status: number; readonly url?: string } = () => ({ status: 200 })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'watch-numbers-'))
  server = createServer((request, response) => {
    const { status, url } = answer()
    const known = request.headers['d360-api-key'] === KEY
    response.writeHead(known ? status : 401, { 'content-type': 'application/json' })
    const isOwn = request.url?.endsWith('/v1/configs/webhook') === true
    // A 404 in another shape may be that of an address where 360dialog is not.
    const error = { error: 'there is no webhook' }
    response.end(JSON.stringify(isOwn && url !== undefined ? { url } : error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await writeFile(join(directory, 'key'), KEY, { mode: 0o600 })
  await writeFile(
    join(directory, 'numbers.yaml'),
    `numbers:
  - alias: partner-1
    provider: 360dialog
    id: "4915112345678"
    api: http://127.0.0.1:${port}
    credential: { file: key }
    webhook: { url: ${OURS} }
`,
  )
  registry = new Registry()
  stopping = new AbortController()
  running = startNumberWatch(
    readNumbersFile(join(directory, 'numbers.yaml'), {}),
    {
      env: {},
      intervalMs: 20,
      logger: createLogger({ service: 'watch', level: 'fatal' }),
      registry,
    },
    stopping.signal,
  )
})
afterEach(async () => {
  stopping.abort()
  await running
  server.close()
  server.closeAllConnections()
  await rm(directory, { recursive: true })
})

const becomes = (state: string): Promise<unknown> =>
  eventually(`it is ${state}`, async () =>
    (await registry.metrics()).includes(
      `wa_watch_number_state{number="partner-1",state="${state}"} 1`,
    ),
  )

describe('a number of the file', () => {
  it('is in the state that its provider answers', async () => {
    answer = () => ({ status: 200, url: OURS })
    await becomes('ok')
    answer = () => ({ status: 200, url: 'https://crm.example.com/hook' })
    await becomes('foreign')
    answer = () => ({ status: 404 })
    await becomes('missing')
    answer = () => ({ status: 503 })
    await becomes('unreachable')
    await writeFile(join(directory, 'key'), 'a-key-that-is-wrong', { mode: 0o600 })
    answer = () => ({ status: 401 })
    await becomes('key_invalid')
    await writeFile(join(directory, 'key'), KEY, { mode: 0o600 })
    answer = () => ({ status: 200, url: OURS })
    await becomes('ok')
    expect(await registry.metrics()).not.toMatch(/4915112345678|a-key/)
  })
})
