// Goal: a client that goes away is counted, and is not an error. Method: connections are reset at
// each point of a request, before the answer, and the whole log is checked.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'

const BODY = JSON.stringify({ object: 'whatsapp_business_account', entry: [] })
const HEAD = [
  'POST /webhooks/main HTTP/1.1',
  'host: test',
  `content-length: ${BODY.length}`,
  ...Object.entries(signedHeaders(BODY)).map(([name, value]) => `${name}: ${value}`),
  '',
  '',
].join('\r\n')
const HANDSHAKE =
  'GET /webhooks/main?hub.mode=subscribe&hub.challenge=1 HTTP/1.1\r\nhost: test\r\n\r\n'

describe('a client that resets its connection', () => {
  let test: TestIngestor
  const logged: unknown[] = []

  beforeEach(async () => {
    logged.length = 0
    test = await startTestIngestor({
      logger: {
        error: (...line: unknown[]) => {
          logged.push(line)
        },
      },
    })
    test.producer.isAutomatic = false
  })
  afterEach(() => test.ingestor.stop())

  it.each([
    ['nothing was sent', ''],
    ['half a head', HEAD.slice(0, 40)],
    ['a head', HEAD],
    ['half a body', `${HEAD}${BODY.slice(0, 9)}`],
    ['a webhook', `${HEAD}${BODY}`],
    ['a webhook, and half of the next', `${HEAD}${BODY}${HEAD}${BODY.slice(0, 9)}`],
    ['a handshake', HANDSHAKE],
    ['no HTTP', '\0\0\0\0'],
  ])('after %s is no line of the log', async (_when, sent) => {
    const { socket } = await openRawExchange(test.port)
    await new Promise<void>((resolve) => {
      socket.write(sent, () => resolve())
    })
    if (sent.includes(BODY)) {
      await eventually('the webhook is on its way', () => test.producer.sends.length > 0)
    }
    socket.resetAndDestroy()
    // A later request is answered; by then the effects of the reset are over.
    test.producer.isAutomatic = true
    for (const send of test.producer.sends) send.ack()
    const response = await fetch(`http://127.0.0.1:${test.port}/webhooks/main`, {
      method: 'POST',
      body: BODY,
      headers: signedHeaders(BODY),
    })
    expect(response.status).toBe(200)
    expect(logged).toEqual([])
  })
})
