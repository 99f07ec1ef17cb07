// Goal: a number's key is replaced while webhooks come in, and nothing that the provider has to say
// meanwhile is lost, although each new key removes the webhook. Method: a simulated provider sends
// about 200 webhooks a second to a real ingestor while `numbers rotate-key` runs twice: once to its
// end, and once killed when the webhook has just gone, after which the command is given again. What
// the provider could not send waits in its queue; everything it offered has to be acknowledged.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { startCommand } from '@wabastream/end-to-end'
import {
  type AttemptOutcome,
  exampleChannels,
  type SimulatedProvider,
  startSimulatedProvider,
} from '@wabastream/simulator'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { type Load } from '../harness/load.ts'

/** Each message, event and call causes about three webhooks. */
const PROFILE = { messagesPerSecond: 70, customers: 2_000 }
const ACKED_BETWEEN = 1_000
const PARTNER = { id: 'ourPA', key: 'partner-key-of-the-case' }
const FIRST_KEY = 'first-key-of-the-case'
const ALIAS = 'desk'
const DRAIN_MS = 90_000
/** Half a day, in which a message is read, becomes a quarter of a minute; a week three minutes. */
const TIME_FACTOR = 3_000

const flat = exampleChannels.find(({ dialect }) => dialect === 'flat')
const [number] = flat?.numbers ?? []

/** When webhooks were acknowledged, and for which receipts. */
class Journal {
  ackedCount = 0
  /** The longest time between two acknowledgements since the last reset (ms). */
  gapMs = 0
  readonly #load: Load
  #lastMs = performance.now()

  constructor(load: Load) {
    this.#load = load
  }

  reset(): void {
    this.gapMs = 0
    this.#lastMs = performance.now()
  }

  attempted({ headers, status, webhook }: AttemptOutcome): void {
    if (status !== 200) return
    const receipt = headers['x-receipt-id']
    if (receipt === undefined) throw new Error('acknowledged without a receipt')
    const nowMs = performance.now()
    this.gapMs = Math.max(this.gapMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    this.ackedCount += 1
    this.#load.note(webhook.body, { receipt, receivedAtMs: Date.now() })
  }
}

async function startProvider(
  seed: string,
  journal: Journal,
): Promise<{ readonly provider: SimulatedProvider; readonly numberId: string }> {
  if (number === undefined) throw new Error('the flat example has no number')
  const provider = await startSimulatedProvider({
    seed,
    partner: PARTNER,
    numbers: [{ ...number, accountId: '2', provider: '360dialog', key: FIRST_KEY }],
    timeFactor: TIME_FACTOR,
    observer: { onAttempt: (outcome) => journal.attempted(outcome) },
  })
  return { provider, numberId: number.numberId }
}

async function writeNumbers(
  directory: string,
  { api, numberId, url }: { readonly api: string; readonly numberId: string; readonly url: string },
): Promise<string> {
  const folder = join(directory, 'numbers')
  await mkdir(folder)
  if (flat?.credential.kind !== 'path') throw new Error('the flat example has no path token')
  await writeFile(join(folder, 'desk.key'), `${FIRST_KEY}\n`)
  await writeFile(join(folder, 'partner'), PARTNER.key)
  await writeFile(join(folder, 'path-token'), flat.credential.token)
  const file = join(folder, 'numbers.yaml')
  const webhook = { url: `${url}/webhooks/${flat.name}`, pathToken: { file: 'path-token' } }
  const partner = { id: PARTNER.id, channel: numberId, key: { file: 'partner' }, api }
  const entry = { alias: ALIAS, provider: '360dialog', id: numberId, api, partner, webhook }
  const credential = { file: 'desk.key' }
  // YAML is a superset of JSON.
  await writeFile(file, JSON.stringify({ numbers: [{ ...entry, credential }] }))
  return file
}

faultCase(import.meta.url, {
  title: 'replaces the key of a number under load, and loses nothing',
  pipeline: { cluster: 'single' },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults, seed }) {
    const journal = new Journal(load)
    const { provider, numberId } = await startProvider(seed, journal)
    const [url = ''] = pipeline.webhookUrls
    const file = await writeNumbers(pipeline.directory, { api: provider.url, numberId, url })
    const numbers = (...args: readonly string[]): ReturnType<typeof startCommand> =>
      startCommand(null, ['numbers', ...args], { NUMBERS_FILE: file })
    const succeed = async (...args: readonly string[]): Promise<void> => {
      const command = numbers(...args)
      expect({ code: await command.ended, output: command.output() }).toMatchObject({ code: 0 })
    }
    const acks = (): Promise<number> => Promise.resolve(journal.ackedCount)
    const moreAcked = (): Promise<boolean> => {
      const before = journal.ackedCount
      return eventually('webhooks come in', () => journal.ackedCount > before + ACKED_BETWEEN)
    }
    const hasUrl = (): boolean =>
      provider.state().numbers.some((one) => one.webhookUrl?.startsWith(url) === true)
    try {
      await succeed('set-webhook', ALIAS)
      const play = provider.play({ profile: PROFILE })
      await moreAcked()

      journal.reset()
      const rotate = (): Promise<void> => succeed('rotate-key', ALIAS, '--from-provider')
      await faults.inject('a new key', rotate, { recovers: acks })
      await moreAcked()
      const gapMs = journal.gapMs

      journal.reset()
      const killed = async (): Promise<void> => {
        const command = numbers('rotate-key', ALIAS, '--from-provider')
        await eventually('the webhook is gone', () => !hasUrl())
        command.kill()
        expect(await command.ended).toBeNull()
        await rotate()
      }
      await faults.inject('a rotation that is killed', killed, { recovers: acks })
      await moreAcked()
      const gapWhenKilledMs = journal.gapMs

      play.stop()
      await eventually('the queue is empty', () => isQuiet(provider), DRAIN_MS)
      await succeed('status', ALIAS)
      const { acknowledged, expired, offered, overflowed } = provider.totals()
      faults.measure({
        offered,
        gapMs: Math.round(gapMs),
        gapWhenKilledMs: Math.round(gapWhenKilledMs),
      })
      expect({ expired, overflowed }).toEqual({ expired: 0, overflowed: 0 })
      expect([acknowledged, journal.ackedCount]).toEqual([offered, offered])
    } finally {
      await provider.close()
    }
  },
})

function isQuiet(provider: SimulatedProvider): boolean {
  const { underWay, upcoming, waiting } = provider.totals()
  return underWay + upcoming + waiting === 0
}
