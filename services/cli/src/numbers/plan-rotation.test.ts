// Goal: a dry run on a key that somebody else rotates says what it waits for, and changes nothing.
// Method: the API server of a cluster is played here, with a Secret whose other rotation renews it.
import { createServer } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { openCredentialStore, readNumbersFile } from '@wabastream/provider'
import { plainPaint, type Terminal } from '../output/terminal.ts'
import { planRotation } from './plan-rotation.ts'
import { ids, listen, type ProviderSide, startProviderSide } from './provider-side.fixture.ts'

let side: ProviderSide
let folder: string
let patches: number
let renewals: number
const server = createServer((request, response) => {
  if (request.method !== 'GET') patches += 1
  const annotations = { 'wabastream/rotation': `another-pod 7 1 renewal ${renewals}` }
  const data = { 'api-key': Buffer.from('dialog-key-1').toString('base64') }
  response.end(JSON.stringify({ data, metadata: { resourceVersion: '1', annotations } }))
})

beforeEach(async () => {
  side = await startProviderSide()
  folder = await mkdtemp(join(tmpdir(), 'pod-'))
  await writeFile(join(folder, 'token'), 'pod-token-1')
  await writeFile(join(folder, 'namespace'), 'wabastream')
  patches = 0
  renewals = 0
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  await side.close()
  server.close()
  server.closeAllConnections()
})

it('says that it waits for another rotation, and ends when that one is alive', async () => {
  const access = {
    api: new URL(await listen(server)),
    tokenFile: join(folder, 'token'),
    namespaceFile: join(folder, 'namespace'),
    authoritiesFile: join(folder, 'none'),
  }
  const reference = { name: 'desk-key', key: 'api-key', namespace: null }
  const store = openCredentialStore({ kind: 'kubernetes_secret', ...reference }, {}, access)
  const number = readNumbersFile(side.numbersFile, {}).find(({ id }) => id === ids.desk)
  if (number === undefined) throw new Error('the file has no such number')
  const notes: string[] = []
  const terminal: Terminal = {
    out: () => {},
    note(line) {
      notes.push(line)
      renewals += 1
    },
    paint: plainPaint,
    isInteractive: false,
    columns: Infinity,
  }
  const plan = planRotation(
    {
      number,
      store,
      keys: await store.read(),
      offer: { kind: 'provider' },
      connect: () => {
        throw new Error('the provider is not to be asked')
      },
      signal: AbortSignal.timeout(10_000),
    },
    { json: false, terminal },
  )
  await expect(plan).rejects.toMatchObject({ code: 'credential_busy' })
  expect(notes).toEqual([expect.stringMatching(/under way.+another-pod.+trying again in 20/)])
  expect(patches).toBe(0)
})
