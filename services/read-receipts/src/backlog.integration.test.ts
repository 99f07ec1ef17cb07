// Goal: a number with far more due messages than a process holds stops no other, and all of them
// are marked in the end, recorded once each, though the process is killed in between. Method: a
// provider that does not answer for one number, then does; the process, a real broker and registry.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually, type ServiceProcess } from '@wabastream/testing'
import { OK, startProviderServer } from './provider-server.fixture.ts'
import { KEY, number as quick, openScene, startReadReceipts } from './scene.fixture.ts'

const slow = String(Number(quick) + 100_000_000)
const SETTINGS = { marksPerSecond: 1_000, numbers: { quick, slow } }
const POLICIES = { now: 'on_receipt' }
const WEBHOOKS = 24
const MESSAGES_PER_WEBHOOK = 500
const BACKLOG = WEBHOOKS * MESSAGES_PER_WEBHOOK
let scene: Awaited<ReturnType<typeof openScene>>
let provider: Awaited<ReturnType<typeof startProviderServer>>
let service: ServiceProcess

beforeAll(async () => {
  scene = await openScene()
  provider = await startProviderServer(KEY)
  service = await startReadReceipts(provider.url, POLICIES, SETTINGS)
})
afterAll(async () => {
  await service.stop()
  await provider.close()
  await scene.close()
})

function received(number: string, ids: readonly string[]) {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const messages = ids.map((id) => ({
    id,
    from: '491511234567',
    timestamp,
    type: 'text',
    text: { body: 'hi' },
  }))
  const value = { metadata: { phone_number_id: number }, messages }
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  }
}

const isSlow = (id: string): boolean => id.startsWith('wamid.slow.')

async function dueOf(alias: string): Promise<number> {
  const line = new RegExp(`due_messages\\{[^}]*"${alias}"[^}]*\\} (\\d+)`)
  return Number(line.exec(await service.metrics())?.[1] ?? 0)
}

describe('a backlog of one number', () => {
  it('stops no other, and is marked as a whole, once each', async () => {
    const released = Promise.withResolvers<typeof OK>()
    provider.behave((id) => (isSlow(id) ? released.promise : OK))
    const backlog = Array.from({ length: WEBHOOKS }, (_, webhook) =>
      Array.from(
        { length: MESSAGES_PER_WEBHOOK },
        (_item, item) => `wamid.slow.${webhook}.${item}`,
      ),
    )
    await scene.append(
      'now',
      backlog.map((ids) => received(slow, ids)),
    )
    await eventually('all are due', async () => (await dueOf('slow')) === BACKLOG)
    await scene.append('now', [received(quick, ['wamid.quick.1'])])
    await eventually('that of another is marked', () => provider.marked.includes('wamid.quick.1'))
    await service.kill()
    service = await startReadReceipts(provider.url, POLICIES, SETTINGS)
    await scene.append('now', [received(quick, ['wamid.quick.2'])])
    await eventually('so is the next', () => provider.marked.includes('wamid.quick.2'))
    expect(await dueOf('slow')).toBe(BACKLOG)
    released.resolve(OK)
    await eventually('nothing is due', async () => (await dueOf('slow')) === 0, 180_000)
    await eventually('all are recorded', async () => {
      const events = await scene.events(slow)
      expect(events.length).toBeLessThanOrEqual(BACKLOG)
      return new Set(events).size === BACKLOG
    })
  }, 240_000)
})
