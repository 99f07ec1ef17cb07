// Goal: every webhook gets to every destination that wants it, byte for byte, and what a
// destination does is its own affair. Method: the process, a real broker, and receivers that
// answer as applications do on bad days.
import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { forwarderGroup, rawHeaders } from '@wabastream/contracts'
import { Ledger } from '@wabastream/forwarding'
import { createAvroCodec } from '@wabastream/schema-registry'
import {
  answerWith,
  eventually,
  type Receiver,
  type ServiceProcess,
  stackFromEnv,
  startReceiver,
} from '@wabastream/testing'
import { CHANNEL, openScene, startForwarder, topics } from './forwarder-scene.fixture.ts'

let scene: Awaited<ReturnType<typeof openScene>>
let forwarder: ServiceProcess | undefined
const receivers: Receiver[] = []
let names = 0

beforeAll(async () => {
  scene = await openScene()
})
afterEach(async () => {
  await forwarder?.stop()
  forwarder = undefined
  await Promise.all(receivers.splice(0).map((one) => one.close()))
})
afterAll(() => scene.close())

async function aReceiver(): Promise<Receiver> {
  const receiver = await startReceiver()
  receivers.push(receiver)
  return receiver
}

/** A destination of its own for each test, so that none continues where another was. */
function destinationTo({ url }: { readonly url: string }, more: object = {}) {
  names += 1
  return {
    name: `d${process.pid}-${names}`,
    url,
    allow: ['loopback'],
    channels: [CHANNEL],
    ...more,
  }
}

const aWebhook = (number = '111') => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field: 'messages', value: toValue(number) }] }],
})
const toValue = (number: string) => ({ metadata: { phone_number_id: number } })

const receipts = ({ received }: Receiver): readonly string[] =>
  received.map(({ receiptId }) => receiptId)

async function hasAll(receiver: Receiver, ids: readonly string[]): Promise<void> {
  await eventually(`all ${ids.length} webhooks`, () => {
    const got = new Set(receipts(receiver))
    return ids.every((id) => got.has(id))
  })
}

/** What the group has kept, of all partitions together. */
async function tallyOf(name: string) {
  const positions = await scene.kafka.admin.committedPositions(forwarderGroup(name), topics.raw)
  const tallies = positions.map((position) => Ledger.from(position).tally())
  const sum = (key: keyof (typeof tallies)[number]): number =>
    tallies.reduce((total, tally) => total + tally[key], 0)
  return {
    acknowledged: sum('acknowledged'),
    refused: sum('refused'),
    unselected: sum('unselected'),
    absent: sum('absent'),
  }
}

describe('the forwarder', () => {
  it('posts each webhook byte for byte, as the provider signed it', async () => {
    const receiver = await aReceiver()
    const destination = destinationTo(receiver)
    forwarder = await startForwarder([destination])
    const body = Buffer.from(
      '{"entry": [],\n "object":"whatsapp_business_account" , "ü":"\\u00fc"}',
    )
    const signature = createHmac('sha256', 'app-secret').update(body).digest('hex')
    const [id] = await scene.append([body], {
      [rawHeaders.signature]: `x-hub-signature-256: sha256=${signature}\nx-signature: other`,
      [rawHeaders.contentType]: 'application/json; charset=utf-8',
    })
    await hasAll(receiver, [id ?? ''])
    expect(receiver.received[0]?.body.equals(body)).toBe(true)
    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-hub-signature-256': `sha256=${signature}`,
      'x-signature': 'other',
      'x-wabastream-receipt-id': id,
    })
    await eventually('it is committed', async () => {
      return (await tallyOf(destination.name)).acknowledged === 1
    })
  })

  it('leaves out what a filter does not name, and counts it', async () => {
    const [byChannel, byNumber, byField] = [await aReceiver(), await aReceiver(), await aReceiver()]
    const unwanted = destinationTo(byChannel, { channels: ['other'] })
    forwarder = await startForwarder([
      unwanted,
      destinationTo(byNumber, { numbers: ['111'] }),
      destinationTo(byField, { fields: ['account_update'] }),
    ])
    const of = (number: string) =>
      ({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '1',
            changes: [
              { field: 'messages', value: { metadata: { phone_number_id: number } } },
              ...(number === '222' ? [{ field: 'account_update', value: {} }] : []),
            ],
          },
        ],
      }) as const
    const [first = '', second = ''] = await scene.append([of('111'), of('222')])
    await hasAll(byNumber, [first])
    await hasAll(byField, [second])
    await eventually('what is left out is counted', async () => {
      return (await tallyOf(unwanted.name)).unselected >= 2
    })
    expect(receipts(byChannel)).toEqual([])
    expect([receipts(byNumber), receipts(byField)]).toEqual([[first], [second]])
  })

  it('goes on with the others while one webhook is refused, and then gives it up', async () => {
    const receiver = await aReceiver()
    const destination = destinationTo(receiver, { refusedAfter: 2 })
    forwarder = await startForwarder([destination])
    const [bad = ''] = await scene.append([aWebhook()])
    receiver.behave((response, webhook) =>
      answerWith(webhook.receiptId === bad ? 422 : 200)(response, webhook),
    )
    const good = await scene.append(Array.from({ length: 30 }, () => aWebhook()))
    await hasAll(receiver, good)
    await eventually('it is given up', async () => (await tallyOf(destination.name)).refused === 1)
    expect(await tallyOf(destination.name)).toMatchObject({ acknowledged: 30, refused: 1 })
    const [letter] = await lettersTo(destination.name)
    expect(letter).toMatchObject({
      reason: 'forward_refused',
      stage: 'forwarder',
      generation: 0,
      receiptId: bad,
      attempts: 2,
      detail: expect.stringContaining('status 422'),
    })
  })

  it('sends after a kill what was not committed, and nothing twice that was', async () => {
    const receiver = await aReceiver()
    const destination = destinationTo(receiver)
    forwarder = await startForwarder([destination])
    const before = await scene.append(Array.from({ length: 40 }, () => aWebhook()))
    await hasAll(receiver, before)
    await eventually('all is committed', async () => {
      return (await tallyOf(destination.name)).acknowledged === 40
    })
    await forwarder.kill()
    const away = await scene.append(Array.from({ length: 40 }, () => aWebhook()))
    forwarder = await startForwarder([destination])
    await hasAll(receiver, away)
    expect(receipts(receiver).toSorted()).toEqual([...before, ...away].toSorted())
  })

  it('keeps what a destination misses that is away, and holds up no other', async () => {
    const [away, well] = [await aReceiver(), await aReceiver()]
    const destination = destinationTo(away)
    forwarder = await startForwarder([destination, destinationTo(well)])
    away.behave(answerWith(503, { 'retry-after': '1' }))
    const ids = await scene.append(Array.from({ length: 60 }, () => aWebhook()))
    await hasAll(well, ids)
    await eventually('it is seen', async () => {
      const isAway = `wa_forwarder_destination_away\\{[^}]*"${destination.name}"[^}]*\\} 1`
      return new RegExp(isAway).test((await forwarder?.metrics()) ?? '')
    })
    away.behave(answerWith(200))
    await eventually('all got there', async () => {
      return (await tallyOf(destination.name)).acknowledged === 60
    })
    expect(new Set(receipts(away))).toEqual(new Set(ids))
  })

  it('keeps the order of a number, across partitions, tries and a start', async () => {
    const receiver = await aReceiver()
    const destination = destinationTo(receiver, { order: 'per_number' })
    forwarder = await startForwarder([destination])
    let answers = 0
    receiver.behave((response) => {
      answers += 1
      response.writeHead(answers % 5 === 0 ? 500 : 200).end()
    })
    const numbers = ['a', 'b', 'c']
    const someOf = () =>
      scene.append(Array.from({ length: 45 }, (_, index) => aWebhook(numbers[index % 3])))
    const live = await someOf()
    await hasAll(receiver, live)
    await forwarder.stop()
    const ids = [...live, ...(await someOf())]
    forwarder = await startForwarder([destination])
    await eventually('all got there', async () => {
      return (await tallyOf(destination.name)).acknowledged === ids.length
    })
    for (const offset of [0, 1, 2]) {
      const wanted = ids.filter((_, index) => index % 3 === offset)
      const seen = [...new Set(receipts(receiver).filter((id) => wanted.includes(id)))]
      expect(seen).toEqual(wanted)
    }
  })
})

async function lettersTo(destination: string) {
  const codec = createAvroCodec({ url: stackFromEnv().schemaRegistryUrl })
  await codec.register()
  const reader = scene.kafka.partitionReader()
  const letters: Record<string, unknown>[] = []
  const counts = await scene.kafka.admin.partitionCounts([topics.deadLetters])
  for (let partition = 0; partition < (counts.get(topics.deadLetters) ?? 0); partition += 1) {
    await reader.readToEnd({ topic: topics.deadLetters, partition, offset: 0 }, async (batch) => {
      for (const { value } of batch.records) {
        if (value === null) continue
        await codec.prepare(value)
        const { data } = codec.decode(value)
        if ('destination' in data && data.destination === destination) letters.push({ ...data })
      }
    })
  }
  return letters
}
