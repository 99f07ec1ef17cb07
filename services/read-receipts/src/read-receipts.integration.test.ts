// Goal: what a policy covers is marked at the provider, and nothing else, and our own record of it
// comes once, whatever happens to the process. Method: the process, a real broker and registry,
// and a provider that answers as they do on bad days.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { READ_RECEIPTS_GROUP, readRequestKey } from '@wabastream/contracts'
import { eventually, type ServiceProcess } from '@wabastream/testing'
import { AWAY, OK, REFUSED, startProviderServer } from './provider-server.fixture.ts'
import { KEY, number, openScene, startReadReceipts, topics } from './scene.fixture.ts'

const POLICIES = { now: 'on_receipt', later: 'on_reply', asked: 'on_request' }
let scene: Awaited<ReturnType<typeof openScene>>
let provider: Awaited<ReturnType<typeof startProviderServer>>
let service: ServiceProcess
let names = 0

beforeAll(async () => {
  scene = await openScene()
  provider = await startProviderServer(KEY)
  service = await startReadReceipts(provider.url, POLICIES)
})
afterEach(() => provider.behave(() => OK))
afterAll(async () => {
  await service.stop()
  await provider.close()
  await scene.close()
})

function aName(): string {
  names += 1
  return `wamid.${process.pid}.${names}`
}

const seconds = (): string => String(Math.floor(Date.now() / 1_000))
const toBody = (lists: object) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '1',
      changes: [{ field: 'messages', value: { metadata: { phone_number_id: number }, ...lists } }],
    },
  ],
})
const received = (id: string, from = '491511234567') =>
  toBody({ messages: [{ id, from, timestamp: seconds(), type: 'text', text: { body: 'hi' } }] })
const sentTo = (recipient: string) =>
  toBody({
    statuses: [{ id: aName(), status: 'sent', timestamp: seconds(), recipient_id: recipient }],
  })

async function isMarked(...ids: readonly string[]): Promise<void> {
  await eventually(`${ids.length} messages are marked and recorded`, async () => {
    const events = await scene.events(number)
    return ids.every((id) => provider.marked.includes(id) && events.includes(id))
  })
}

function hasEnded({ adminUrl }: ServiceProcess): Promise<boolean> {
  return fetch(`${adminUrl}/livez`).then(
    () => false,
    () => true,
  )
}

async function markedBy(process: ServiceProcess): Promise<number> {
  const line = /messages_total\{[^}]*"shop"[^}]*outcome="marked"[^}]*\} (\d+)/
  return Number(line.exec(await process.metrics())?.[1] ?? 0)
}

/** Times that each message was recorded. */
async function counted(ids: readonly string[]): Promise<readonly number[]> {
  const events = await scene.events(number)
  return ids.map((id) => events.filter((one) => one === id).length)
}

describe('read receipts', () => {
  it('are sent on receipt, once for a message that comes again, and for no other channel', async () => {
    const [id, other] = [aName(), aName()]
    await scene.append('other', [received(other)])
    await scene.append('now', [received(id), received(id)])
    await isMarked(id)
    const last = aName()
    await scene.append('now', [received(id), received(last)])
    await isMarked(last)
    expect(provider.marked.filter((one) => one === id)).toHaveLength(1)
    expect(await counted([id, other])).toEqual([1, 0])
    expect(provider.marked).not.toContain(other)
    expect(await service.metrics()).toMatch(
      /wa_read_receipts_messages_total\{[^}]*outcome="marked"[^}]*\} 2/,
    )
  })

  it('are sent on reply to its customer alone', async () => {
    const [id, other] = [aName(), aName()]
    await scene.append('later', [received(id, '49100'), received(other, '49200')])
    await eventually('they wait', async () =>
      /wa_read_receipts_waiting_messages\{[^}]*\} 2/.test(await service.metrics()),
    )
    await scene.append('later', [sentTo('49100')])
    await isMarked(id)
    expect(provider.marked).not.toContain(other)
  })

  it('are sent on request, and say what became of it', async () => {
    const [id, never] = [aName(), aName()]
    await scene.append('asked', [received(id)])
    const place = { partition: 0, offset: 0, itemIndex: 0, receiptId: 'r' }
    const now = Date.now()
    const request = { number, messageId: id, channel: 'asked', receivedAt: now, requestedAt: now }
    await scene.ask({ ...request, place })
    await scene.ask({ ...request, place, messageId: never, channel: 'other' })
    await isMarked(id)
    await eventually('both are answered', async () => {
      const kept = await scene.kept()
      const outcomes = [id, never].map((messageId) =>
        kept.get(readRequestKey({ number, messageId })),
      )
      return outcomes.every((text) => text?.includes('answered'))
    })
    const kept = await scene.kept()
    expect(kept.get(readRequestKey({ number, messageId: id }))).toContain('"marked"')
    expect(kept.get(readRequestKey({ number, messageId: never }))).toContain('"not_allowed"')
    expect(provider.marked).not.toContain(never)
  })

  it('wait for a provider that is away, and are dead letters where it refuses', async () => {
    const [bad, good] = [aName(), aName()]
    provider.behave(() => AWAY)
    await scene.append('now', [received(bad), received(good)])
    await eventually('it is seen', async () =>
      /wa_read_receipts_number_away\{[^}]*"shop"[^}]*\} 1/.test(await service.metrics()),
    )
    provider.behave((id) => (id === bad ? REFUSED : OK))
    await isMarked(good)
    await eventually('the other is given up', async () => {
      const letters = await scene.letters()
      return letters.some(({ body }) => Buffer.from(body).toString().includes(`"${bad}"`))
    })
    const letter = (await scene.letters()).find(({ stage }) => stage === 'read-receipts')
    expect(letter).toMatchObject({ reason: 'mark_refused', channel: 'now', generation: 0 })
    expect(JSON.stringify(letter)).not.toContain(KEY)
    expect(await counted([bad, good])).toEqual([0, 1])
  })

  it('go on after a kill: everything is marked, and recorded once', async () => {
    const ids = Array.from({ length: 150 }, aName)
    const waits = aName()
    await scene.append('later', [received(waits, '49300')])
    const half = Math.floor(ids.length / 2)
    await scene.append(
      'now',
      ids.slice(0, half).map((id) => received(id)),
    )
    await eventually('some are marked', () => ids.some((id) => provider.marked.includes(id)))
    await service.kill()
    await scene.append(
      'now',
      ids.slice(half).map((id) => received(id)),
    )
    await scene.append('later', [sentTo('49300')])
    service = await startReadReceipts(provider.url, POLICIES)
    await isMarked(...ids, waits)
    expect(await counted([...ids, waits])).toEqual([...ids, waits].map(() => 1))
  })

  it('change hands under load, and each is recorded once', async () => {
    const ids: string[] = []
    const append = async (count: number): Promise<void> => {
      const some = Array.from({ length: count }, aName)
      ids.push(...some)
      await scene.append(
        'now',
        some.map((id) => received(id)),
      )
    }
    await append(50)
    const other = await startReadReceipts(provider.url, POLICIES)
    await append(50)
    await service.stop()
    await append(50)
    service = await startReadReceipts(provider.url, POLICIES)
    await append(50)
    await other.kill()
    await append(20)
    await isMarked(...ids)
    expect(await counted(ids)).toEqual(ids.map(() => 1))
  })

  it('go on elsewhere while a process is frozen, which then ends', async () => {
    const ids = Array.from({ length: 60 }, aName)
    const other = await startReadReceipts(provider.url, POLICIES)
    await scene.append(
      'now',
      ids.slice(0, 30).map((id) => received(id)),
    )
    await isMarked(...ids.slice(0, 30))
    // The other one has marked nothing since it started, or all of these.
    const frozen = (await markedBy(other)) >= 30 ? other : service
    process.kill(frozen.pid, 'SIGSTOP')
    await scene.append(
      'now',
      ids.slice(30).map((id) => received(id)),
    )
    await isMarked(...ids)
    process.kill(frozen.pid, 'SIGCONT')
    const last = aName()
    await scene.append('now', [received(last)])
    await isMarked(last)
    expect(await counted([...ids, last])).toEqual([...ids, last].map(() => 1))
    await eventually('it has ended', () => hasEnded(frozen))
    if (frozen === service) service = other
  })

  it('go on where nothing new comes, and mark nothing again', async () => {
    const id = aName()
    provider.behave(() => AWAY)
    await scene.append('now', [received(id)])
    await eventually('it is due', async () =>
      /wa_read_receipts_due_messages\{[^}]*\} 1/.test(await service.metrics()),
    )
    const before = provider.marked.length
    await service.kill()
    provider.behave(() => OK)
    service = await startReadReceipts(provider.url, POLICIES)
    await isMarked(id)
    expect(provider.marked.slice(before)).toEqual([id])
    expect(await scene.kafka.admin.committedOffsets(READ_RECEIPTS_GROUP, topics.raw)).not.toEqual(
      new Map(),
    )
  })
})
