// Goal: what an application did not accept is found and sent to it again by the same command as
// other dead letters, and stands in no analyst's way. Method: the whole pipeline with a destination
// that refuses some of the webhooks, and then takes them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { exampleChannels, generateTraffic, sendWebhooks } from '@wabastream/simulator'
import { answerWith, eventually, type Receiver, startReceiver } from '@wabastream/testing'
import { startCommand } from './command-process.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const TIMEOUT_MS = 240_000
const REFUSED = 3
let directory: string
let destinationsFile: string
let receiver: Receiver
let wabastream: WabastreamProcess
let clickhouse: ClickHouseClient

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wabastream-forward-'))
  destinationsFile = join(directory, 'destinations.yaml')
  receiver = await startReceiver()
  const crm = { name: 'crm', url: receiver.url, allow: ['loopback'], refusedAfter: 1 }
  await writeFile(destinationsFile, JSON.stringify({ destinations: [crm] }))
  wabastream = await startWabastream({ DESTINATIONS_FILE: destinationsFile })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}, TIMEOUT_MS)

afterAll(async () => {
  await clickhouse?.close()
  await wabastream?.stop()
  await receiver?.close()
  await rm(directory, { recursive: true, force: true })
}, TIMEOUT_MS)

async function run(...args: readonly string[]) {
  const command = startCommand(wabastream.dataDirectory, args)
  const code = await command.ended
  return { code, output: command.output(), result: command.result() }
}

async function count(sql: string): Promise<number> {
  const result = await clickhouse.query({ query: `SELECT count() AS n ${sql}`, format: 'JSON' })
  const { data } = await result.json<{ readonly n: string }>()
  return Number(data[0]?.n)
}

describe('an application behind the pipeline', () => {
  it('gets what it refused when that is redriven, and nobody else sees it', async () => {
    const refused = new Set<string>()
    receiver.behave((response, webhook) => {
      if (refused.size < REFUSED) refused.add(webhook.receiptId)
      answerWith(refused.has(webhook.receiptId) ? 422 : 200)(response, webhook)
    })
    const traffic = generateTraffic({ seed: 'forward', channels: exampleChannels, count: 100 })
    await sendWebhooks({ url: wabastream.webhooksUrl, webhooks: traffic })
    await eventually(
      'their letters are rows',
      async () => (await count("FROM wa_g1.dead_letters WHERE destination = 'crm'")) === REFUSED,
      TIMEOUT_MS,
    )
    expect(await count('FROM wa.dead_letters')).toBe(0)
    const before = await run('dead-letters', 'list', '--destination', 'crm', '--json')
    expect(before.result.trim().split('\n')).toHaveLength(REFUSED)
    const inVain = await run('dead-letters', 'redrive', '--destination', 'crm')
    expect([inVain.code, inVain.output]).toEqual([1, expect.stringContaining('status 422')])

    receiver.behave(answerWith(200))
    await eventually(
      'they are redriven',
      async () => (await run('dead-letters', 'redrive', '--destination', 'crm')).code === 0,
      TIMEOUT_MS,
    )
    const again = receiver.received.filter(
      ({ headers, receiptId }) =>
        refused.has(receiptId) && headers['x-wabastream-replay'] !== undefined,
    )
    expect(new Set(again.map(({ receiptId }) => receiptId))).toEqual(refused)
    await eventually('no letter is open', async () => {
      const open = await run('dead-letters', 'list', '--destination', 'crm', '--state', 'open')
      return open.output.includes('no dead letters')
    })
    const status = await run('forward', 'status', 'crm')
    expect([status.code, status.output]).toEqual([0, expect.stringContaining(`refused ${REFUSED}`)])
    expect((await run('reconcile')).output).toMatch(/│ crm .* 0 +│/)
  }, 300_000)
})
