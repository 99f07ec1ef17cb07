// Goal: replacing a number's key under load loses nothing, also if the command is killed while the
// number has neither its former key nor a webhook, or not yet its new key in use. Method: a
// simulated provider, of the kind that revokes the former key and removes the webhook with each new
// one, sends 200 webhooks a second through the pipeline. The real command replaces the key, and is
// killed at these moments and given again. What the provider had to send and what is in the raw
// topic are compared.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from '@jest/globals'
import { renderChannelFile } from '@wabastream/end-to-end'
import { spawnGuarded } from '@wabastream/local-stack'
import {
  type AttemptOutcome,
  exampleChannels,
  type SimulatedProvider,
  startSimulatedProvider,
} from '@wabastream/simulator'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { type Load } from '../harness/load.ts'
import { withoutProtection } from '../harness/service-instance.ts'
import { digestOf, readRawWebhooks } from '../judge/raw-webhooks.ts'

const cli = fileURLToPath(new URL('../../../../services/cli/src/main.ts', import.meta.url))
const NUMBER = '306540352242901'
const VERIFY_TOKEN = 'verify-me-please'
const PATH_TOKEN = 'simulated-desk-token'
const PARTNER = { id: 'ourPA', key: 'partner-key-1' }
/** Of each there are two or three webhooks: some 200 a second. */
const MESSAGES_PER_SECOND = 85
const PLAIN_ROUNDS = 2
/** When it is killed: as soon as the webhook is gone, or as soon as it is there again. */
const KILLS = ['gone', 'set', 'gone'] as const
/** Between two rotations. */
const ACKED_BETWEEN = 400
const TIME_FACTOR = 6_000
const DRAIN_MS = 90_000

let folder = ''

/** What was acknowledged, by the digest of its body. */
class Ledger {
  readonly acked = new Set<string>()
  ackedCount = 0
  readonly #load: Load

  constructor(load: Load) {
    this.#load = load
  }

  attempted({ headers, status, webhook }: AttemptOutcome): void {
    if (status !== 200) return
    const receipt = headers['x-receipt-id']
    if (receipt === undefined) throw new Error('acknowledged without a receipt')
    this.ackedCount += 1
    this.acked.add(digestOf(webhook.body))
    this.#load.note(webhook.body, { receipt, receivedAtMs: Date.now() })
  }
}

async function prepare(): Promise<() => Promise<void>> {
  folder = await mkdtemp(join(tmpdir(), 'wabastream-numbers-'))
  const { channels }: { channels: object[] } = JSON.parse(renderChannelFile(exampleChannels).text)
  channels.push({
    name: 'desk',
    dialect: '360dialog',
    strategies: { pathToken: { secrets: [{ id: 'test', env: 'DESK_TOKEN' }] } },
    verifyToken: { env: 'DESK_VERIFY_TOKEN' },
  })
  await writeFile(join(folder, 'channels.json'), JSON.stringify({ channels }))
  return () => rm(folder, { recursive: true, force: true })
}

async function writeNumbersFile(api: string, webhookUrl: string): Promise<void> {
  await writeFile(join(folder, 'desk.key'), 'dialog-key-1')
  const secret = (name: string) => ({ env: name })
  const number = {
    alias: 'desk',
    provider: '360dialog',
    id: NUMBER,
    api,
    partner: { id: PARTNER.id, channel: NUMBER, key: secret('PARTNER_KEY'), api },
    credential: { file: 'desk.key' },
    webhook: {
      url: webhookUrl,
      pathToken: secret('DESK_TOKEN'),
      verifyToken: secret('DESK_VERIFY_TOKEN'),
    },
  }
  await writeFile(join(folder, 'numbers.yaml'), JSON.stringify({ numbers: [number] }))
}

const secrets = {
  DESK_TOKEN: PATH_TOKEN,
  DESK_VERIFY_TOKEN: VERIFY_TOKEN,
  PARTNER_KEY: PARTNER.key,
}

function startNumbers(...args: readonly string[]) {
  const { NODE_COMPILE_CACHE, PATH } = process.env
  const file = { NUMBERS_FILE: join(folder, 'numbers.yaml') }
  const env = { PATH, NODE_COMPILE_CACHE, ...file, ...secrets, ...withoutProtection() }
  const child = spawnGuarded(process.execPath, [cli, 'numbers', ...args], { env })
  let out = ''
  let notes = ''
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (notes += text.toString()))
  const ended = new Promise<{ code: number | null; out: string; notes: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, notes }))
  })
  return { child, ended }
}

async function numbers(...args: readonly string[]): Promise<string> {
  const { code, notes, out } = await startNumbers(...args).ended
  expect({ code, notes: code === 0 ? '' : notes }).toEqual({ code: 0, notes: '' })
  return out
}

const rotation = ['rotate-key', 'desk', '--from-provider', '--json'] as const

async function rotateKilled(
  provider: SimulatedProvider,
  moment: (typeof KILLS)[number],
): Promise<void> {
  const { child, ended } = startNumbers(...rotation)
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo() && child.exitCode === null) await new Promise(setImmediate)
  }
  await until(() => urlOf(provider) === null)
  if (moment === 'set') await until(() => urlOf(provider) !== null)
  child.kill('SIGKILL')
  expect((await ended).code).toBeNull()
}

function urlOf(provider: SimulatedProvider): string | null {
  return provider.state().numbers.find(({ numberId }) => numberId === NUMBER)?.webhookUrl ?? null
}

function gapOf(out: string): number {
  const { gapMs }: { gapMs: number | null } = JSON.parse(out)
  return Math.round(gapMs ?? 0)
}

faultCase(import.meta.url, {
  title: 'loses nothing while a key is replaced, however the command ends',
  pipeline: {
    cluster: 'single',
    prepare,
    env: () => ({ CHANNELS_FILE: join(folder, 'channels.json'), ...secrets }),
  },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults, seed }) {
    const ledger = new Ledger(load)
    const provider = await startSimulatedProvider({
      partner: PARTNER,
      numbers: [
        {
          provider: '360dialog',
          numberId: NUMBER,
          displayNumber: '4915112345678',
          accountId: '402290129340398',
          key: 'dialog-key-1',
        },
      ],
      seed,
      timeFactor: TIME_FACTOR,
      observer: { onAttempt: (outcome) => ledger.attempted(outcome) },
    })
    const untilMoreAcked = async (): Promise<void> => {
      const wanted = ledger.ackedCount + ACKED_BETWEEN
      await eventually('webhooks are acked', () => ledger.ackedCount > wanted, 60_000)
    }
    try {
      await writeNumbersFile(provider.url, `${pipeline.webhookUrls[0]}/webhooks/desk`)
      await numbers('set-webhook', 'desk')
      const wanted = urlOf(provider)
      const play = provider.play({
        profile: { messagesPerSecond: MESSAGES_PER_SECOND, customers: 500 },
      })
      await untilMoreAcked()
      const gapsMs: number[] = []
      for (let round = 0; round < PLAIN_ROUNDS; round += 1) {
        gapsMs.push(gapOf(await numbers(...rotation)))
        await untilMoreAcked()
      }
      const killedGapsMs: number[] = []
      for (const moment of KILLS) {
        const cut = async (): Promise<void> => {
          await rotateKilled(provider, moment)
          const startedMs = performance.now()
          await numbers(...rotation)
          killedGapsMs.push(Math.round(performance.now() - startedMs))
        }
        await faults.inject('a killed rotation', cut, { recovers: async () => ledger.ackedCount })
        await untilMoreAcked()
      }
      await numbers('verify', 'desk')
      expect(urlOf(provider)).toBe(wanted)
      play.stop()
      await eventually('the queue is empty', () => isQuiet(provider), DRAIN_MS)
      const { acknowledged, expired, offered, overflowed } = provider.totals()
      const gapMs = Math.max(...gapsMs)
      faults.measure({ offered, acknowledged, gapMs, killedGapMs: Math.max(...killedGapsMs) })
      expect({ acknowledged, expired, overflowed }).toEqual({
        acknowledged: offered,
        expired: 0,
        overflowed: 0,
      })
      const stored = new Set((await readRawWebhooks(pipeline.kafka)).map(({ digest }) => digest))
      expect([...ledger.acked].filter((digest) => !stored.has(digest))).toEqual([])
    } finally {
      await provider.close()
    }
  },
})

function isQuiet(provider: SimulatedProvider): boolean {
  const { underWay, upcoming, waiting } = provider.totals()
  return underWay + upcoming + waiting === 0
}
