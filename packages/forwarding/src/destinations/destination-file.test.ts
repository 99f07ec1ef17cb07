import { describe, expect, it } from '@jest/globals'
import { parseDestinations } from './destination-file.ts'

const env = {
  TOKEN: 'Bearer something',
  SIGNING: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  WEAK: 'whsec_c2hvcnQ=',
  LINES: 'two lines\nof text',
}
const parse = (text: string) => parseDestinations(text, { env, directory: '.' })

describe('the file of destinations', () => {
  it('gives destinations with what is usual, and their secrets', () => {
    const { content, problems } = parse(`
destinations:
  - name: crm
    url: https://crm.example.com/hooks?a=b
    numbers: ["111"]
    from: 2026-01-15T08:00:00Z
    headers: [{ name: Authorization, env: TOKEN }]
    signature: { env: SIGNING }
`)
    expect(problems).toEqual([])
    expect(content?.destinations).toMatchObject([
      {
        name: 'crm',
        channels: null,
        numbers: new Set(['111']),
        fields: null,
        from: Date.UTC(2026, 0, 15, 8),
        order: 'none',
        parallel: 16,
        timeoutMs: 10_000,
        ratePerSecond: null,
        refusedAfter: 5,
        failedAfter: 20,
        headers: ['authorization', 'Bearer something'],
        signingKey: Buffer.alloc(24, 1),
      },
    ])
  })

  it('names every problem at once, and shows no secret', () => {
    const { problems } = parse(`
destinations:
  - { name: CRM, url: "ftp://x" }
  - { name: a, url: "https://user:pass@x.example" }
  - { name: a, url: "http://127.0.0.1/" }
  - { name: b, url: "http://169.254.169.254/latest/meta-data", allow: [loopback] }
  - { name: c, url: "https://x.example", parallel: 0, order: strict, from: later }
  - { name: d, url: "https://x.example", headers: [{ name: Content-Length, env: TOKEN }] }
  - { name: e, url: "https://x.example", headers: [{ name: X-Key, env: GONE }] }
  - { name: f, url: "https://x.example", signature: { env: WEAK } }
  - { name: h, url: "https://x.example", headers: [{ name: X-Key, env: LINES }] }
  - { name: i, url: "https://x.example", authorities: { env: TOKEN } }
  - { name: j, url: "https://x.example", clientCertificate: { certificate: { env: TOKEN }, key: { env: TOKEN } } }
  - { name: g, url: "https://x.example", signature: { env: SIGNING }, typo: 1 }
`)
    const all = problems.join('\n')
    for (const part of [
      'destinations[0].name: must be small letters',
      'destinations[0].url: must be an http or https address',
      'destinations[1].url: must hold no password',
      'destinations[2].url: leads to a loopback address',
      'destinations[3].url: leads to a metadata address',
      'destinations[4].parallel: ',
      'destinations[4].order: ',
      'destinations[4].from: ',
      'destinations[5].headers[0].name: is set by the forwarder itself',
      'destinations[6].headers[0]: environment variable GONE is not set',
      'destinations[7].signature: must be whsec_',
      'destinations[8].headers[0]: holds what no header may hold',
      'destinations[9].authorities: holds no certificates',
      'destinations[10].clientCertificate: holds no certificate and key',
      'destinations[11]: Unrecognized key: "typo"',
      'destinations[2].name: a is used twice',
    ]) {
      expect(all).toContain(part)
    }
    for (const secret of ['something', 'c2hvcnQ', 'AQEB']) expect(all).not.toContain(secret)
  })

  it.each(['destinations: []', 'destination: []', '', 'destinations: [{}]'])(
    'refuses %j',
    (text) => {
      expect(parse(text).problems.length).toBeGreaterThan(0)
    },
  )
})
