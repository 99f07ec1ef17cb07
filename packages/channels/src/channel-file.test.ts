import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ConfigError } from '@wabastream/service-host'
import { createTestAuthority } from '@wabastream/testing'
import { parseChannels, readChannelFile } from './channel-file.ts'

const env = {
  APP_SECRET: 'app-secret-1',
  VERIFY_TOKEN: ' verify-me \n',
  SHORT: 'short',
  BLANK: ' ',
}
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'channels-'))
  writeFileSync(join(directory, 'token'), 'path-token-1\n')
})
afterAll(() => rmSync(directory, { recursive: true }))

const problemsOf = (text: string): readonly string[] =>
  parseChannels(text, { env, directory }).problems

describe('channel file', () => {
  it('gives channels with their secrets read from the environment and from files', () => {
    const { channels, problems } = parseChannels(
      `
channels:
  - name: main
    dialect: cloud
    strategies:
      hmac: { secrets: [{ id: app-1, env: APP_SECRET }] }
    verifyToken: { env: VERIFY_TOKEN }
  - name: legacy
    dialect: flat
    numberId: "4915112345678"
    strategies:
      pathToken: { secrets: [{ id: url-1, file: token }] }
      header: { name: X-Secret, secrets: [{ id: h-1, env: APP_SECRET }] }
`,
      { env, directory },
    )
    expect(problems).toEqual([])
    expect(channels).toEqual([
      {
        name: 'main',
        dialect: 'cloud',
        numberId: null,
        verifyToken: 'verify-me',
        strategies: [
          {
            kind: 'hmac',
            header: 'x-hub-signature-256',
            prefix: 'sha256=',
            secrets: [{ id: 'app-1', secret: 'app-secret-1' }],
          },
        ],
      },
      {
        name: 'legacy',
        dialect: 'flat',
        numberId: '4915112345678',
        verifyToken: null,
        strategies: [
          { kind: 'path_token', secrets: [{ id: 'url-1', secret: 'path-token-1' }] },
          { kind: 'header', name: 'x-secret', secrets: [{ id: 'h-1', secret: 'app-secret-1' }] },
        ],
      },
    ])
  })

  it.each([
    ['header: X-360dialog-Signature,', 'x-360dialog-signature', ''],
    ['header: X-Hub-Signature-256,', 'x-hub-signature-256', 'sha256='],
    ['header: X-Other, prefix: "v1=",', 'x-other', 'v1='],
    ['prefix: "",', 'x-hub-signature-256', ''],
  ])('takes a signature of another form: %s', (given, header, prefix) => {
    const { channels, problems } = parseChannels(
      `
channels:
  - name: partner
    dialect: 360dialog
    strategies: { hmac: { ${given} secrets: [{ id: p, env: APP_SECRET }] } }
`,
      { env, directory },
    )
    expect(problems).toEqual([])
    const secrets = [{ id: 'p', secret: 'app-secret-1' }]
    expect(channels[0]?.strategies).toEqual([{ kind: 'hmac', header, prefix, secrets }])
  })

  it('takes no header that cannot hold a signature, or holds a secret', () => {
    const secrets = 'secrets: [{ id: p, env: APP_SECRET }]'
    const problems = (hmac: string, more = '') =>
      problemsOf(
        `channels: [{ name: a, dialect: cloud,
          strategies: { hmac: { ${hmac}, ${secrets} }${more} } }]`,
      ).map((problem) => problem.replace(/^.*strategies\./, ''))
    expect(problems('header: "a b"')).toEqual(['hmac.header: must be the name of a header'])
    expect(problems('header: Content-Length')).toEqual(['hmac.header: cannot hold a signature'])
    expect(problems('prefix: "a b"')).toEqual([
      'hmac.prefix: must be visible ASCII characters, at most 32',
    ])
    expect(problems('header: X-Sign', `, header: { name: x-sign, ${secrets} }`)).toEqual([
      'header.name: is the header of the signature',
    ])
  })

  it('names every problem at once, and where it is', () => {
    expect(
      problemsOf(`
channels:
  - name: not safe
    dialect: flat
    numberId: 4915
    strategies:
      hmac:
        secrets:
          - { id: a, env: MISSING }
          - { id: a, file: nowhere }
          - { id: b, env: SHORT }
          - { id: c, env: BLANK }
          - { id: d, env: APP_SECRET, file: token }
          - { id: e }
          - { env: APP_SECRET }
          - { id: f, env: APP_SECRET, secret: plain-text }
  - name: twice
    dialect: onprem
  - name: twice
    dialect: cloud
    strategies: {}
  - name: no-number
    dialect: flat
    strategies: { header: { name: "a b", secrets: [] } }
    typo: 1
`),
    ).toEqual([
      'channels[0].name: must be letters, digits, - and _, at most 64',
      'channels[0].strategies.hmac.secrets[0]: environment variable MISSING is not set',
      'channels[0].strategies.hmac.secrets[1]: file nowhere cannot be read (ENOENT)',
      'channels[0].strategies.hmac.secrets[2]: ' +
        'environment variable SHORT holds fewer than 8 characters',
      'channels[0].strategies.hmac.secrets[3]: environment variable BLANK is empty',
      'channels[0].strategies.hmac.secrets[4]: needs either env or file',
      'channels[0].strategies.hmac.secrets[5]: needs either env or file',
      'channels[0].strategies.hmac.secrets[6].id: is missing',
      expect.stringContaining('channels[0].strategies.hmac.secrets[7]: Unrecognized key: "secret"'),
      'channels[0].numberId: must be text: put it in quotes',
      expect.stringContaining('channels[1].strategies: Invalid input'),
      'channels[1].dialect: must be one of cloud, flat, 360dialog',
      'channels[2].strategies: needs hmac, pathToken, header or clientCertificate',
      'channels[3].strategies.header.name: must be the name of a header',
      expect.stringContaining('channels[3].strategies.header.secrets: Too small'),
      'channels[3]: Unrecognized key: "typo"',
      'channels[3].numberId: is needed where bodies are flat',
      'channels[2].name: twice is used twice',
      'channels[0].strategies.hmac.secrets[1].id: a is used twice',
    ])
  })

  it('keeps the name of our own records free', () => {
    expect(problemsOf('channels: [{ name: wabastream-internal }]')).toContain(
      'channels[0].name: wabastream-internal is reserved for what wabastream writes itself',
    )
  })

  it('never quotes a secret', () => {
    const problems = problemsOf('channels: [{ name: a, verifyToken: { env: SHORT } }]')
    expect(problems.join('\n')).not.toContain(env.SHORT)
  })

  it.each([
    ['', 'the file'],
    ['channels: [', 'line 1'],
    ['channels: []', 'channels: Too small'],
    ['chanels: []', 'Unrecognized key'],
    ['channels: {}', 'channels: Invalid input'],
    ['- a', 'the file'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem)
  })

  it('reports a file that is not there as a problem of the configuration', () => {
    expect(() => readChannelFile(join(directory, 'none.yaml'), env)).toThrow(ConfigError)
  })

  it('takes the certificates of an authority from a file, and wants a root among them', async () => {
    const authority = await createTestAuthority('the provider')
    const below = await authority.intermediate('below')
    writeFileSync(join(directory, 'ca.pem'), `${below.cert}${authority.cert}`)
    writeFileSync(join(directory, 'below.pem'), below.cert)
    writeFileSync(join(directory, 'leaf.pem'), (await authority.issue('client')).cert)
    const fileOf = (ca: string): string => `
channels:
  - name: mutual
    dialect: cloud
    strategies:
      clientCertificate: { authorities: [{ id: ca-1, file: ${ca} }], names: [client.example] }
`
    const [channel] = parseChannels(fileOf('ca.pem'), { env, directory }).channels
    expect(channel?.strategies).toMatchObject([
      {
        kind: 'client_certificate',
        names: ['client.example'],
        authorities: [{ id: 'ca-1', certificates: [{ ca: true }, { ca: true }] }],
      },
    ])
    const at = 'channels[0].strategies.clientCertificate.authorities[0]'
    expect(problemsOf(fileOf('below.pem'))).toEqual([
      `${at}: holds no root: TLS wants one behind the others`,
    ])
    expect(problemsOf(fileOf('leaf.pem'))).toEqual([
      `${at}: holds no certificates (PEM) of authorities`,
    ])
    expect(problemsOf(fileOf('token'))).toEqual([
      `${at}: holds no certificates (PEM) of authorities`,
    ])
  })
})
