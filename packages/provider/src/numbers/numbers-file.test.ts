import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { ConfigError } from '@wabastream/service-host'
import { parseNumbers, readNumbersFile } from './numbers-file.ts'

const env = {
  VERIFY: 'verify-me-please',
  TOKEN: 'a path token/1',
  PARTNER_KEY: 'partner-key-1',
  APP_SECRET: 'app-secret-1',
  LINES: 'two lines\nof text',
}
const parse = (text: string) => parseNumbers(text, { env, directory: '/etc/wabastream' })

interface Given {
  readonly alias?: string
  readonly id?: string
  readonly provider?: string
  readonly credential?: string
}

function fileOf(numbers: readonly Given[]): string {
  const lines = numbers.map(
    ({ alias = 'a', credential = '{ file: a }', id = '1', provider = 'cloud' }) =>
      `  - { alias: ${alias}, provider: ${provider}, id: "${id}", credential: ${credential}, ` +
      'webhook: { url: https://x.example/, verifyToken: { env: VERIFY } } }',
  )
  return ['numbers:', ...lines].join('\n')
}

describe('the file of numbers', () => {
  it('gives numbers with what is usual, and their secrets, but not their keys', () => {
    const { content, problems } = parse(`
numbers:
  - alias: shop
    provider: cloud
    id: "106540352242922"
    account: "102290129340398"
    application: { id: "670843887433847", secret: { env: APP_SECRET } }
    credential: { file: keys/shop }
    webhook: { url: https://hooks.example.com/webhooks/main, verifyToken: { env: VERIFY } }
  - alias: desk
    provider: 360dialog
    id: "4915112345678"
    partner: { id: abcPA, channel: xyzCH, key: { env: PARTNER_KEY } }
    credential: { kubernetesSecret: { name: desk-key, key: api-key } }
    webhook:
      url: https://hooks.example.com/webhooks/desk
      pathToken: { env: TOKEN }
      headers: { X-Secret: { env: VERIFY } }
  - alias: old
    provider: onprem
    id: "4915187654321"
    api: https://waweb.internal:9090
    credential: { file: /run/old }
    webhook: { url: http://ingestor:8080/webhooks/old }
    fields: [messages, errors]
`)
    expect(problems).toEqual([])
    expect(content?.numbers).toMatchObject([
      {
        alias: 'shop',
        provider: 'cloud',
        account: '102290129340398',
        application: { id: '670843887433847', secret: 'app-secret-1' },
        api: new URL('https://graph.facebook.com/v25.0'),
        credential: { kind: 'file', path: '/etc/wabastream/keys/shop' },
        webhook: { verifyToken: 'verify-me-please', headers: {} },
        fields: ['messages'],
      },
      {
        alias: 'desk',
        api: new URL('https://waba-v2.360dialog.io'),
        partner: { id: 'abcPA', channel: 'xyzCH', api: new URL('https://hub.360dialog.io') },
        credential: { kind: 'kubernetes_secret', name: 'desk-key', namespace: null },
        webhook: {
          url: 'https://hooks.example.com/webhooks/desk/a%20path%20token%2F1',
          shownUrl: 'https://hooks.example.com/webhooks/desk/…',
          headers: { 'X-Secret': 'verify-me-please' },
        },
      },
      { alias: 'old', credential: { path: '/run/old' }, fields: ['messages', 'errors'] },
    ])
  })

  it('names every problem at once, and shows no secret', () => {
    const webhook = 'webhook: { url: "https://x.example/", verifyToken: { env: VERIFY } }'
    const { problems } = parse(`
numbers:
  - { alias: "4915112345678", provider: cloud, id: "1", credential: { file: a }, ${webhook} }
  - { alias: a, provider: meta, id: 2, credential: {}, ${webhook} }
  - alias: a
    provider: cloud
    id: "1"
    credential: { file: a }
    webhook: { url: "https://x.example/" }
  - { alias: b, provider: onprem, id: "3", credential: { file: b }, ${webhook} }
  - alias: c
    provider: cloud
    id: "4"
    api: "http://api.example.com"
    credential: { file: c }
    ${webhook}
  - alias: d
    provider: cloud
    id: "5/.."
    api: "https://a:b@x.example"
    credential: { file: c, kubernetesSecret: { name: A, key: b } }
    ${webhook}
  - alias: e
    provider: 360dialog
    id: "6"
    credential: { file: e }
    webhook: { url: "https://x.example/?token=secret-1" }
  - alias: f
    provider: 360dialog
    id: "7"
    credential: { file: e }
    webhook: { url: "https://x.example/", headers: { X-Key: { env: LINES } } }
  - alias: g
    provider: cloud
    id: "8"
    credential: { file: g }
    partner: { id: a, channel: b, key: { env: GONE } }
    ${webhook}
  - alias: h
    provider: cloud
    id: "9"
    credential: { file: h }
    webhook: { url: "https://x.example/${'a'.repeat(200)}", verifyToken: { env: VERIFY } }
  - alias: i
    provider: onprem
    id: "10"
    credential: { file: i }
    api: "http://10.0.0.1"
    ${webhook}
    typo: 1
`)
    const all = problems.join('\n')
    for (const part of [
      'numbers[0].alias: must not be a number',
      'numbers[1].provider: must be one of cloud, 360dialog, onprem',
      'numbers[1].id: must be text',
      'numbers[1].credential: needs either file or kubernetesSecret',
      'numbers[2].webhook.verifyToken: is needed',
      'numbers[3].api: is needed on premises',
      'numbers[4].api: must be https',
      'numbers[5].id: must be an id',
      'numbers[5].api: must hold no password',
      'numbers[5].credential.kubernetesSecret.name: must be the name of a Secret',
      'numbers[6].webhook.url: must hold no ?',
      'numbers[7].webhook.headers.X-Key: holds what no header may hold',
      'numbers[8].partner.key: environment variable GONE is not set',
      'numbers[9].webhook.url: must have at most 200 characters',
      'numbers[10].api: must be https',
      'numbers[10]: Unrecognized key: "typo"',
      'numbers[2].alias: a is used twice',
      'numbers[2].id: 1 is used twice',
      'numbers[7].credential: is that of another number',
    ]) {
      expect(all).toContain(part)
    }
    for (const secret of ['secret-1', 'verify-me', 'a:b', 'two lines']) {
      expect(all).not.toContain(secret)
    }
  })

  it('lets a number of one provider not have what only another has', () => {
    const { problems } = parse(`
numbers:
  - alias: a
    provider: onprem
    id: "1"
    api: https://x.example
    application: { id: "2" }
    partner: { id: a, channel: b, key: { env: PARTNER_KEY } }
    credential: { file: a }
    webhook: { url: https://x.example, headers: { X-Key: { env: VERIFY } } }
`)
    expect(problems).toEqual([
      'numbers[0].partner: is of 360dialog only',
      'numbers[0].application: is of the Cloud API only',
      'numbers[0].webhook.headers: are sent by 360dialog only',
    ])
  })

  it.each([
    ['tel4915112345678', 'must not be a number'],
    ['shop-1234567', 'must not be a number'],
    ['unknown', 'must be another name'],
    ['shop-2026-11-30', undefined],
    ['unknown-2', undefined],
  ])('judges the alias %s: %s', (alias, message) => {
    const { problems } = parse(fileOf([{ alias }]))
    expect(problems).toEqual(message === undefined ? [] : [expect.stringContaining(message)])
  })

  it.each([
    ['.', false],
    ['..', false],
    ['...', true],
    ['a..b', true],
  ])('judges the id %s', (id, isGood) => {
    expect(parse(fileOf([{ id }])).problems.length === 0).toBe(isGood)
  })

  it.each([
    ['360dialog', '{ file: k/c }', '{ file: ./k/../k/c }'],
    ['360dialog', '{ file: k/c }', '{ file: /etc/wabastream/k/c }'],
    ['360dialog', '{ file: k/f }', '{ file: k/f.next }'],
    ['360dialog', '{ file: k/f.previous }', '{ file: k/f }'],
    ['cloud', '{ file: k/f }', '{ file: k/f.lock }'],
    [
      '360dialog',
      '{ kubernetesSecret: { name: a, key: b } }',
      '{ kubernetesSecret: { key: b.next, name: a } }',
    ],
  ])('sees that numbers of %s have one place: %s and %s', (provider, one, other) => {
    const both = [
      { alias: 'a', id: '1', provider, credential: one },
      { alias: 'b', id: '2', provider, credential: other },
    ]
    expect(parse(fileOf(both)).problems).toEqual([
      'numbers[1].credential: is that of another number',
    ])
  })

  it('sees that two links lead to one key, be there one already or not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'numbers-'))
    await mkdir(join(folder, 'keys'))
    await writeFile(join(folder, 'keys/desk'), 'key-number-1')
    await symlink(join(folder, 'keys'), join(folder, 'folder'))
    await symlink(join(folder, 'keys/desk'), join(folder, 'link'))
    const problemsOf = (one: string, other: string) => {
      const both = [one, other].map((path, at) => ({
        alias: `n${at}`,
        id: String(at),
        provider: '360dialog',
        credential: `{ file: ${join(folder, path)} }`,
      }))
      return parse(fileOf(both)).problems
    }
    const problems = ['numbers[1].credential: is that of another number']
    expect(problemsOf('link', 'keys/desk')).toEqual(problems)
    expect(problemsOf('link', 'folder/desk')).toEqual(problems)
    expect(problemsOf('link', 'keys/desk.next')).toEqual(problems)
    expect(problemsOf('folder/none', 'keys/none')).toEqual(problems)
    expect(problemsOf('folder/none', 'keys/desk')).toEqual([])
    await rm(folder, { recursive: true })
  })

  it('lets numbers of the Cloud API share a key, however it is written', () => {
    const both = [
      { alias: 'a', id: '1', credential: '{ file: k/c }' },
      { alias: 'b', id: '2', credential: '{ file: ./k/c }' },
    ]
    expect(parse(fileOf(both)).problems).toEqual([])
  })

  it.each(['numbers: []', 'number: []', '', 'numbers: [{}]', 'numbers: ['])(
    'refuses %j',
    (text) => {
      expect(parse(text).problems.length).toBeGreaterThan(0)
    },
  )

  it('reports a file that is not there as a problem of the configuration', () => {
    expect(() => readNumbersFile('/nowhere/numbers.yaml', env)).toThrow(ConfigError)
  })
})
