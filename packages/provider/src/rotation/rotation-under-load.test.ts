// Goal: nothing is lost while a key is replaced under load. Method: customers write to a number of
// a simulated provider, which revokes the former key and removes the webhook with each new one; the
// key is replaced again and again meanwhile, and every message has to arrive.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { type SimulatedProvider, startSimulatedProvider } from '@wabastream/simulator'
import { connectNumber, connectProvider } from '../connection/connect-provider.ts'
import { openCredentialStore } from '../credentials/open-store.ts'
import { type ScriptedServer, startScriptedServer } from '../http/scripted-server.fixture.ts'
import { tryRoundTrip } from '../judging/round-trip.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { runRotation } from './run-rotation.ts'

const ID = '206540352242900'
const VERIFY_TOKEN = 'verify-me-please'
const ROTATIONS = 5
/** Messages every 10 ms: 200 a second. */
const BATCH = 2
const BATCH_EVERY_MS = 10
const WAMID = /wamid\.[\w=+/-]+/g

let simulated: SimulatedProvider
let endpoint: ScriptedServer
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numbers-'))
  endpoint = await startScriptedServer(({ path }) => ({
    body: new URL(path, 'http://a').searchParams.get('hub.challenge') ?? '',
  }))
  simulated = await startSimulatedProvider({
    partner: { id: 'ourPA', key: 'partner-key-1' },
    // Makes its retries short.
    timeFactor: 100,
    numbers: [
      {
        provider: '360dialog',
        numberId: ID,
        displayNumber: '4915112345678',
        accountId: '2',
        key: 'dialog-key',
      },
    ],
  })
})
afterEach(async () => {
  await simulated.close()
  await endpoint.close()
  await rm(folder, { recursive: true })
})

async function createNumber(): Promise<NumberEntry> {
  const path = join(folder, 'desk')
  await writeFile(path, 'dialog-key')
  const url = new URL('/webhooks/desk', endpoint.url).href
  return buildNumber({
    provider: '360dialog',
    id: ID,
    api: new URL(simulated.url),
    partner: { api: new URL(simulated.url), id: 'ourPA', channel: ID, key: 'partner-key-1' },
    credential: { kind: 'file', path },
    webhook: { url, shownUrl: url, pathToken: null, verifyToken: VERIFY_TOKEN, headers: {} },
  })
}

/** Until it is stopped. */
async function write(sent: Set<string>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    for (let count = 0; count < BATCH; count += 1) {
      const content = { type: 'text', text: { body: 'Hello' } } as const
      sent.add(simulated.receive(ID, { from: '491512', content }))
    }
    await delay(BATCH_EVERY_MS)
  }
}

it('loses nothing while the key is replaced under load', async () => {
  const number = await createNumber()
  const provider = connectNumber(number, {})
  await provider.setWebhook(number.webhook)
  const sent = new Set<string>()
  const stop = new AbortController()
  const writing = write(sent, stop.signal)
  const gapsMs: number[] = []
  for (let count = 0; count < ROTATIONS; count += 1) {
    const { gapMs } = await runRotation({
      number,
      store: openCredentialStore(number.credential, {}),
      offer: { kind: 'provider' },
      connect: (key) => connectProvider(number, { readKey: async () => key }),
      roundTrip: () => tryRoundTrip(number),
      perform: (_, work) => work(),
      onRetry: () => {},
      wait: async () => {},
    })
    gapsMs.push(gapMs ?? 0)
    await delay(100)
  }
  stop.abort()
  await writing
  const arrived = (): Set<string> =>
    new Set(endpoint.received.flatMap(({ body }) => JSON.stringify(body).match(WAMID) ?? []))
  const queueOf = () => simulated.state().numbers.find((one) => one.numberId === ID)?.queue
  while (queueOf()?.waiting !== 0 || arrived().size < sent.size) await delay(20)
  expect(arrived()).toEqual(sent)
  expect(sent.size).toBeGreaterThan(4 * ROTATIONS)
  expect(Math.min(...gapsMs)).toBeGreaterThan(0)
  await provider.close()
})
