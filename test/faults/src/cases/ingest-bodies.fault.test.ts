// Goal: whatever the size of a body and however it is sent, 200 means that it is kept. Method: send
// bodies at, below and over the limit, chunked, and with lengths that lie, beside ordinary traffic.
import { expect } from '@jest/globals'
import {
  exampleChannels,
  generateTraffic,
  type SimulatedWebhook,
  toWebhook,
} from '@wabastream/simulator'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { headOf, inChunks, postRaw, type RawAnswer } from '../harness/raw-post.ts'

const LIMIT_BYTES = 3 * 1024 * 1024

interface Attempt {
  readonly what: string
  readonly status: number
  readonly bytes: number
  readonly pieces: (webhook: SimulatedWebhook) => readonly (string | Buffer)[]
}

const withLength = (webhook: SimulatedWebhook, length = webhook.body.length) => [
  headOf(webhook, { 'content-length': String(length) }),
  webhook.body,
]
const chunked = (webhook: SimulatedWebhook) => [
  headOf(webhook, { 'transfer-encoding': 'chunked' }),
  ...inChunks(webhook.body),
]

const attempts: readonly Attempt[] = [
  { what: 'one below the limit', status: 200, bytes: LIMIT_BYTES - 1, pieces: withLength },
  { what: 'at the limit', status: 200, bytes: LIMIT_BYTES, pieces: withLength },
  { what: 'one over the limit', status: 413, bytes: LIMIT_BYTES + 1, pieces: withLength },
  { what: 'at the limit, in chunks', status: 200, bytes: LIMIT_BYTES, pieces: chunked },
  { what: 'one over the limit, in chunks', status: 413, bytes: LIMIT_BYTES + 1, pieces: chunked },
  {
    // The surplus is taken as the next request, which it is not.
    what: 'longer than its length',
    status: 400,
    bytes: 50_000,
    pieces: (webhook) => withLength(webhook, webhook.body.length - 100),
  },
  {
    what: 'shorter than its length',
    status: 408,
    bytes: 50_000,
    pieces: (webhook) => withLength(webhook, webhook.body.length + 100),
  },
  {
    what: 'with a length and in chunks',
    status: 400,
    bytes: 50_000,
    pieces: (webhook) => [
      headOf(webhook, { 'transfer-encoding': 'chunked', 'content-length': '17' }),
      ...inChunks(webhook.body),
    ],
  },
  {
    what: 'with a length that is no number',
    status: 400,
    bytes: 50_000,
    pieces: (webhook) => [headOf(webhook, { 'content-length': '5e4' }), webhook.body],
  },
  {
    what: 'with two lengths',
    status: 400,
    bytes: 50_000,
    pieces: (webhook) => [
      headOf(webhook, { 'content-length': '50000', 'Content-Length': '40000' }),
      webhook.body,
    ],
  },
]

faultCase(import.meta.url, {
  title: 'keeps every body that it answers 200, and answers the others as it should',
  pipeline: { cluster: 'single', env: () => ({ REQUEST_TIMEOUT_MS: '5500' }) },
  deadlineMs: 180_000,
  async play(scene) {
    const { load } = scene
    const sending = load.send({ count: 1_000, ratePerSecond: 50 })
    const answers = await Promise.all(attempts.map((attempt) => send(scene, attempt)))
    expect(answers.map(({ status }, index) => [attempts[index]?.what, status])).toEqual(
      attempts.map(({ status, what }) => [what, status]),
    )
    const [beside] = await sending
    expect(beside?.retries).toBe(0)
    scene.faults.measure({ besideP99Ms: beside?.latencyMs.p99 ?? Infinity })
  },
})

async function send(
  { faults, load, pipeline, seed }: FaultScene,
  attempt: Attempt,
): Promise<RawAnswer> {
  const webhook = webhookOf(attempt, seed)
  const port = Number(new URL(pipeline.webhookUrls[0] ?? '').port)
  const answer = await postRaw(port, attempt.pieces(webhook))
  faults.counted()
  if (answer.status === 200) {
    const { receipt = '' } = answer
    load.note(webhook.body, { receipt, receivedAtMs: Date.now() })
  }
  return answer
}

/** A webhook of exactly this many bytes; an unknown field fills the rest. */
function webhookOf({ bytes, what }: Attempt, seed: string): SimulatedWebhook {
  const [channel] = exampleChannels
  const [plain] = generateTraffic({
    count: 1,
    seed: `${seed} ${what}`,
    startMs: Date.now() - 3_600_000,
    spanMs: 60_000,
    channels: exampleChannels.slice(0, 1),
    shares: { outbound: 1 },
  })
  if (channel === undefined || plain === undefined) throw new Error('no traffic')
  const parsed: unknown = JSON.parse(String(plain.body))
  const empty = JSON.stringify({ ...Object(parsed), padding: '' })
  const padding = 'x'.repeat(bytes - Buffer.byteLength(empty))
  return toWebhook(channel, Buffer.from(JSON.stringify({ ...Object(parsed), padding })))
}
