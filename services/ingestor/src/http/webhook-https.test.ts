import { request } from 'node:https'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'
import { testCertificate } from '../tls/certificate.fixture.ts'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'

let running: TestIngestor

beforeEach(async () => {
  running = await startTestIngestor({ tls: testCertificate })
})
afterEach(() => running.ingestor.stop())

function post(body: string, tls: { readonly ca?: Buffer; readonly maxVersion?: 'TLSv1.1' }) {
  return new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      {
        port: running.port,
        path: '/webhooks/main',
        method: 'POST',
        agent: false,
        headers: signedHeaders(body),
        ...tls,
      },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('HTTPS', () => {
  it('serves webhooks with the certificate given', async () => {
    expect(await post('secure', { ca: testCertificate.cert })).toBe(200)
    expect(running.producer.records.map((record) => String(record.value))).toEqual(['secure'])
    await expect(post('untrusted', {})).rejects.toThrow('self-signed')
  })

  it('speaks neither plain HTTP nor old versions of TLS', async () => {
    const { socket, closed } = await openRawExchange(running.port)
    socket.write('GET /webhooks/main HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await closed()).not.toContain('200')
    await expect(post('old', { ca: testCertificate.cert, maxVersion: 'TLSv1.1' })).rejects.toThrow(
      'tls',
    )
    expect(await running.registry.metrics()).toContain(
      'wa_ingestor_connection_problems_total{problem="tls"}',
    )
  })
})
