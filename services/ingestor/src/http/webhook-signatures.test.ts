// Signatures of more than one provider on one port, by real requests.
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Channel } from '@wabastream/channels'
import { testChannels, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'

const SECRET = 'a platform secret'
const partner: Channel = {
  name: 'partner',
  dialect: '360dialog',
  numberId: null,
  verifyToken: null,
  strategies: [
    {
      kind: 'hmac',
      header: 'x-360dialog-signature',
      prefix: '',
      secrets: [{ id: 'platform', secret: SECRET }],
    },
  ],
}
const body = '{"statuses":[]}'
const digest = createHmac('sha256', SECRET).update(body).digest('hex')
let running: TestIngestor

beforeEach(async () => {
  running = await startTestIngestor({ channels: [...testChannels, partner] })
})
afterEach(() => running.ingestor.stop())

async function post(channel: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const url = `http://127.0.0.1:${running.port}/webhooks/${channel}`
  return (await fetch(url, { method: 'POST', body, headers })).status
}

describe('a channel whose provider signs in a header of its own', () => {
  it('takes what is signed there, and keeps the signature as it came', async () => {
    expect(await post('partner', { 'X-360dialog-Signature': digest.toUpperCase() })).toBe(200)
    expect(running.producer.records[0]?.headers).toMatchObject({
      verification: 'hmac:platform',
      signature: `x-360dialog-signature: ${digest.toUpperCase()}`,
    })
  })

  it('takes nothing else', async () => {
    const statuses = await Promise.all([
      post('partner', { 'x-hub-signature-256': `sha256=${digest}` }),
      post('partner', { 'x-360dialog-signature': `sha256=${digest}` }),
      post('partner', { 'x-360dialog-signature': digest.replace(/./g, '0') }),
      post('main', { 'x-360dialog-signature': digest }),
      post('partner', {}),
    ])
    expect(statuses).toEqual([401, 401, 401, 401, 401])
    expect(running.producer.records).toEqual([])
  })
})

describe('whether a body is read', () => {
  const answerTo = async (channel: string, header: string): Promise<string> => {
    const exchange = await openRawExchange(running.port)
    exchange.socket.write(
      `POST /webhooks/${channel} HTTP/1.1\r\nhost: x\r\n${header}content-length: 5\r\n\r\n`,
    )
    return (await exchange.closed()).replace(/^date: .*$/im, '')
  }

  it('does not depend on the channel: without a signature of some form it never is', async () => {
    const answers = await Promise.all(
      ['partner', 'main', 'nobody'].flatMap((channel) => [
        answerTo(channel, ''),
        answerTo(channel, `x-360dialog-signature: sha256=${digest}\r\n`),
        answerTo(channel, `x-hub-signature-256: ${digest}\r\n`),
      ]),
    )
    expect(answers[0]).toMatch(/^HTTP\/1.1 401 /)
    expect(new Set(answers).size).toBe(1)
  })
})
