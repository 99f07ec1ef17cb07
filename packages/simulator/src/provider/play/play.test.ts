import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { type AttemptOutcome, type OutgoingWebhook } from '../options/provider-options.ts'
import { type SimulatedProvider, startSimulatedProvider } from '../start-simulated-provider.ts'
import { startWebhookEndpoint, type WebhookEndpoint } from '../webhook-endpoint.fixture.ts'
import { profiles } from './profiles.ts'

const MESSAGES = 400
let endpoint: WebhookEndpoint
let provider: SimulatedProvider
let sent: OutgoingWebhook[]

beforeEach(async () => {
  sent = []
  endpoint = await startWebhookEndpoint()
  const url = `${endpoint.origin}/hook`
  const numbers = [
    { provider: 'cloud-api', numberId: '1', displayNumber: '15550783881', accountId: '10' },
    { provider: 'cloud-api', numberId: '2', displayNumber: '15550783882', accountId: '10' },
    { provider: '360dialog', numberId: '3', displayNumber: '15550783883', accountId: '20' },
    { provider: 'on-premises', numberId: '4', displayNumber: '15550783884', accountId: '' },
  ] as const
  provider = await startSimulatedProvider({
    app: { callbackUrl: url },
    timeFactor: 100_000,
    // A machine that is busy with other tests is no provider that gives up.
    answerTimeoutMs: 60_000,
    numbers: numbers.map((number) => ({ ...number, webhookUrl: url })),
    observer: { onAttempt: ({ webhook }: AttemptOutcome) => sent.push(webhook) },
  })
})

afterEach(async () => {
  await provider.close()
  await endpoint.close()
})

async function play(isChaotic: boolean): Promise<void> {
  const profile = { ...profiles['1000'], customers: 100 }
  const playing = provider.play({ profile, isChaotic, messagesMax: MESSAGES })
  await playing.finished
  expect(playing.begun).toBe(MESSAGES)
  await eventually('all is acknowledged', () => {
    const { acknowledged, offered, upcoming } = provider.totals()
    return upcoming === 0 && acknowledged === offered
  })
}

const updateNames = () => sent.flatMap(({ updates }) => updates.map(({ name }) => name))
const repeated = (names: readonly string[]) => names.length - new Set(names).size

describe('a play', () => {
  it('sends what happens to every number, once, each update alone', async () => {
    await play(false)
    expect(new Set(sent.map(({ numberId }) => numberId))).toEqual(new Set(['1', '2', '3', '4']))
    const messages = sent.filter(({ updates }) =>
      updates.every(({ kind }) => kind === 'message' || kind === 'status'),
    )
    // Of a group, many participants are in one webhook; nobody else is in one with another.
    const alone = messages.filter(({ body }) => !body.includes('recipient_participant'))
    expect(alone.every(({ updates }) => updates.length === 1)).toBe(true)
    expect(repeated(alone.flatMap(({ updates }) => updates.map(({ name }) => name)))).toBe(0)
    expect(endpoint.arrivals).toHaveLength(sent.length)
  })

  it('has times in bodies that are near the time of sending, however fast it goes', async () => {
    await play(false)
    const texts = endpoint.arrivals.map(({ body }) => String(body))
    const live = texts.filter((text) => text.includes('"statuses":[') && !text.includes('"calls"'))
    const seconds = live.flatMap((text) =>
      [...text.matchAll(/"timestamp":"(\d+)"/g)].map(([, found]) => Number(found)),
    )
    expect(seconds.length).toBeGreaterThan(100)
    const nowSeconds = Date.now() / 1_000
    expect(seconds.every((second) => Math.abs(second - nowSeconds) < 60)).toBe(true)
  })

  it('with chaos repeats, batches, makes bodies large and hides numbers, and loses nothing', async () => {
    await play(true)
    expect(repeated(updateNames())).toBeGreaterThan(0)
    expect(Math.max(...sent.map(({ body }) => body.length))).toBeGreaterThan(2_500_000)
    expect(Math.max(...sent.map(({ updates }) => updates.length))).toBeLessThanOrEqual(1_000)
    const batches = sent.filter(
      ({ body, updates }) =>
        updates.length > 10 && body.length < 1_000_000 && !body.includes('recipient_participant'),
    )
    expect(batches.length).toBeGreaterThan(0)
    const bodies = sent.map(({ body }) => String(body))
    expect(bodies.some((body) => body.includes('from_user_id') && !body.includes('"from":'))).toBe(
      true,
    )
    expect(provider.totals()).toMatchObject({ overflowed: 0, expired: 0 })
  })
})
