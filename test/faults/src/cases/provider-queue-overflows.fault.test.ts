// Goal: an ingestor that is away for longer than the provider's queue holds costs what overflowed
// there, which the provider names, and nothing else. Method: a simulated provider with a small
// queue per number sends while the ingestor is killed, with webhooks on their way to Kafka, and
// stays away; what was acknowledged, what overflowed and what is in the raw topic are compared.
import { expect } from '@jest/globals'
import {
  type AttemptOutcome,
  exampleChannels,
  type OutgoingWebhook,
  type ProviderNumber,
  profiles,
  type SimulatedProvider,
  startSimulatedProvider,
} from '@wabastream/simulator'
import { eventually, kafkaApi } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { type FaultPipeline } from '../harness/fault-pipeline.ts'
import { type Load } from '../harness/load.ts'
import { digestOf, readRawWebhooks } from '../judge/raw-webhooks.ts'

const QUEUE_MAX = 150
const OVERFLOWED_MIN = 300
const ACKED_MIN = 500
/** A minute becomes a tenth of a second; a webhook is kept for almost two minutes. */
const TIME_FACTOR = 6_000
const DRAIN_MS = 90_000

const [cloud] = exampleChannels

/** What became of each webhook, by the digest of its body where no other has the same. */
class Ledger {
  ackedCount = 0
  overflowedCount = 0
  readonly acked = new Set<string>()
  readonly overflowed = new Set<string>()
  readonly overflowedUpdates: string[] = []
  readonly #load: Load

  constructor(load: Load) {
    this.#load = load
  }

  attempted({ headers, status, webhook }: AttemptOutcome): void {
    if (status !== 200) return
    const receipt = headers['x-receipt-id']
    if (receipt === undefined) throw new Error('acknowledged without a receipt')
    this.ackedCount += 1
    if (isUnique(webhook)) this.acked.add(digestOf(webhook.body))
    this.#load.note(webhook.body, { receipt, receivedAtMs: Date.now() })
  }

  overflow(webhook: OutgoingWebhook): void {
    this.overflowedCount += 1
    if (isUnique(webhook)) this.overflowed.add(digestOf(webhook.body))
    this.overflowedUpdates.push(...webhook.updates.map(({ name }) => name))
  }
}

/** Errors and account events name no message, so two of them may have the same bytes. */
function isUnique({ updates }: OutgoingWebhook): boolean {
  return updates.some(({ kind }) => kind === 'message' || kind === 'status')
}

async function startProvider(
  url: string,
  seed: string,
  ledger: Ledger,
): Promise<SimulatedProvider> {
  if (cloud?.credential.kind !== 'hmac') throw new Error('the first example is not signed')
  const { accountId, credential, name, numbers } = cloud
  return startSimulatedProvider({
    app: { secret: credential.secret, callbackUrl: `${url}/webhooks/${name}` },
    numbers: numbers.map((number): ProviderNumber => ({
      ...number,
      accountId,
      provider: 'cloud-api',
    })),
    seed,
    queueMax: QUEUE_MAX,
    timeFactor: TIME_FACTOR,
    observer: {
      onAttempt: (outcome) => ledger.attempted(outcome),
      onOverflow: (webhook) => ledger.overflow(webhook),
    },
  })
}

faultCase(import.meta.url, {
  title: 'loses what overflowed at the provider, by name, and nothing that was acked',
  pipeline: { cluster: 'single', throughProxy: ['ingestor'] },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults, seed }) {
    const ingestor = pipeline.instance('ingestor')
    const ledger = new Ledger(load)
    const provider = await startProvider(pipeline.webhookUrls[0] ?? '', seed, ledger)
    try {
      const play = provider.play({ profile: profiles.busy })
      await eventually('webhooks are acked', () => ledger.ackedCount > ACKED_MIN, 60_000)
      const away = async (): Promise<void> => {
        await killAppending(pipeline)
        await eventually('much overflows', () => ledger.overflowedCount > OVERFLOWED_MIN, 90_000)
        await ingestor.start()
      }
      await faults.inject('an outage', away, { recovers: async () => ledger.ackedCount })
      const before = ledger.ackedCount
      await eventually('webhooks are acked again', () => ledger.ackedCount > before + ACKED_MIN)
      play.stop()
      await eventually('the queues are empty', () => isQuiet(provider), DRAIN_MS)
      const { acknowledged, expired, offered, overflowed, retries } = provider.totals()
      faults.measure({ offered, acknowledged, overflowed, retries })
      expect({ expired, sum: acknowledged + overflowed }).toEqual({ expired: 0, sum: offered })
      expect([acknowledged, overflowed]).toEqual([ledger.ackedCount, ledger.overflowedCount])
      expect(namesOf(provider)).toEqual(ledger.overflowedUpdates.toSorted())
      const stored = new Set((await readRawWebhooks(pipeline.kafka)).map(({ digest }) => digest))
      expect([...ledger.acked].filter((digest) => !stored.has(digest))).toEqual([])
      expect([...ledger.overflowed].filter((digest) => stored.has(digest))).toEqual([])
    } finally {
      await provider.close()
    }
  },
})

/** kill -9 with a request to append on its way. */
async function killAppending({ instance, proxies }: FaultPipeline): Promise<void> {
  const killed = Promise.withResolvers<void>()
  const remove = proxies[0]?.onRequest(kafkaApi.produce, async (): Promise<'drop'> => {
    await instance('ingestor').kill()
    killed.resolve()
    return 'drop'
  })
  await killed.promise
  remove?.()
}

function isQuiet(provider: SimulatedProvider): boolean {
  const { underWay, upcoming, waiting } = provider.totals()
  return underWay + upcoming + waiting === 0
}

/** Updates that overflowed, as the provider's state names them. */
function namesOf(provider: SimulatedProvider): readonly string[] {
  const { accounts, numbers } = provider.state()
  return [...accounts, ...numbers].flatMap(({ queue }) => queue.overflowedUpdates).toSorted()
}
