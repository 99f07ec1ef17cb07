// Goal: a rotation whose process is killed, wherever it is, goes on when the command is given
// again. Method: between the command and a simulated provider stands a proxy, which kills the
// process with SIGKILL before it passes on the nth request, or once the provider has done what it
// asks for.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawnGuarded } from '@wabastream/local-stack'
import { ids, listen, type ProviderSide, startProviderSide } from './provider-side.fixture.ts'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))

interface Kill {
  /** The request at which the process is killed. */
  readonly at: number
  readonly isDone: boolean
}

let side: ProviderSide
let proxy: ReturnType<typeof createServer>
let child: ChildProcess | undefined
let kill: Kill | undefined
let requests = 0

beforeEach(async () => {
  proxy = createServer((request, response) => void pass(request, response))
  side = await startProviderSide(await listen(proxy))
})
afterEach(async () => {
  proxy.close()
  proxy.closeAllConnections()
  await side.close()
})

async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request)
  requests += 1
  const isFatal = kill?.at === requests
  if (isFatal && kill?.isDone === false) {
    child?.kill('SIGKILL')
    return
  }
  const { host: _, 'content-length': __, ...headers } = request.headers
  const answer = await fetch(`${side.simulated.url}${request.url ?? ''}`, {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(body.length > 0 ? { body } : {}),
  })
  if (isFatal) {
    child?.kill('SIGKILL')
    return
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(Buffer.from(await answer.arrayBuffer()))
}

/** The exit code; null if it was killed. */
async function run(args: readonly string[], fatal?: Kill): Promise<number | null> {
  kill = fatal
  requests = 0
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const started = spawnGuarded(process.execPath, [mainPath, 'numbers', ...args], {
    env: { PATH, NODE_COMPILE_CACHE, NUMBERS_FILE: side.numbersFile },
  })
  started.stdout.resume()
  started.stderr.resume()
  child = started
  await once(started, 'close')
  return started.exitCode
}

const urlAtProvider = () =>
  side.simulated.state().numbers.find(({ numberId }) => numberId === ids.desk)?.webhookUrl

describe('a rotation whose process is killed', () => {
  // Requests: a new key, the URL, the status; after the last one only files are changed.
  it.each([
    { at: 1, isDone: false },
    { at: 1, isDone: true },
    { at: 2, isDone: false },
    { at: 2, isDone: true },
    { at: 3, isDone: true },
  ])('goes on: %j', async (fatal) => {
    expect(await run(['set-webhook', 'desk'])).toBe(0)
    const wanted = urlAtProvider()
    expect(await run(['rotate-key', 'desk', '--from-provider'], fatal)).toBeNull()
    expect(await run(['rotate-key', 'desk', '--from-provider'])).toBe(0)
    expect(await run(['status', 'desk'])).toBe(0)
    expect(urlAtProvider()).toBe(wanted)
    const files = await readdir(dirname(side.numbersFile))
    expect(files.filter((file) => file.startsWith('desk'))).toEqual(['desk.key'])
  })
})
