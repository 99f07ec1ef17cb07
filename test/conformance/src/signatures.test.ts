// Both signatures that providers send, from the channel file to the verdict on the bytes. The
// expected digests were made by others: HMAC-SHA256 by RFC 4231, and WebCrypto.
import { webcrypto } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { readChannelFile } from '@wabastream/channels'
import { createSignatureVerifier } from '@wabastream/whatsapp'
import { arePayloadsNamed, readPayload, readTable } from './payload-folder.ts'

const forms = [
  { name: "Meta's", given: '', header: 'x-hub-signature-256', prefix: 'sha256=' },
  {
    name: "360dialog's",
    given: 'header: x-360dialog-signature,',
    header: 'x-360dialog-signature',
    prefix: '',
  },
]

function verifierOf(given: string, secret: string) {
  const text = `channels:
  - { name: a, dialect: cloud, strategies: { hmac: { ${given} secrets: [{ id: it, env: S }] } } }`
  const [channel] = readChannelFile('channels.yaml', { S: secret }, () => Buffer.from(text))
  const strategy = channel?.strategies[0]
  if (strategy?.kind !== 'hmac') throw new Error('the channel has no signature')
  return { ...strategy, verify: createSignatureVerifier(strategy.secrets, strategy.prefix) }
}

async function digestOf(body: Uint8Array, secret: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await webcrypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, [
    'sign',
  ])
  return Buffer.from(await webcrypto.subtle.sign('HMAC', key, body)).toString('hex')
}

const files = arePayloadsNamed
  ? readTable('SIGNATURES.tsv').map((row): [string, string] => [
      row['file'] ?? '',
      row['app_secret'] ?? '',
    ])
  : []

describe.each(forms)('$name signature', ({ given, header, prefix }) => {
  it('stands in its header, in its form', () => {
    expect(verifierOf(given, 'a platform secret')).toMatchObject({ header, prefix })
  })

  it('is the HMAC-SHA256 of RFC 4231, case 2', () => {
    const verify = createSignatureVerifier([{ id: 'it', secret: 'Jefe' }], prefix)
    const body = Buffer.from('what do ya want for nothing?')
    const digest = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    expect(verify(body, `${prefix}${digest}`)).toBe('it')
  })

  it.each([['{}'], ['{"text":"\\u00fc \u{1f600}"}'], [' \r\n{"a": 1}\n'], ['']])(
    'covers the bytes of %j as they came',
    async (text) => {
      const { verify } = verifierOf(given, 'a platform secret')
      const body = Buffer.from(text)
      const signature = `${prefix}${await digestOf(body, 'a platform secret')}`
      expect(verify(body, signature)).toBe('it')
      expect(verify(Buffer.from(`${text} `), signature)).toBeNull()
      expect(verify(body, `${prefix}${await digestOf(body, 'another secret')}`)).toBeNull()
    },
  )

  it('is not taken in the form of the other', async () => {
    const { verify } = verifierOf(given, 'a platform secret')
    const body = Buffer.from('{}')
    const digest = await digestOf(body, 'a platform secret')
    expect(verify(body, prefix === '' ? `sha256=${digest}` : digest)).toBeNull()
  })

  const whenPresent = files.length > 0 ? it.each(files) : it.skip.each([['absent', '']])
  whenPresent('is checked over %s, which others wrote', async (file, secret) => {
    const { verify } = verifierOf(given, secret)
    const body = readPayload(file)
    const signature = `${prefix}${await digestOf(body, secret)}`
    expect(verify(body, signature)).toBe('it')
    expect(verify(Buffer.concat([body, Buffer.from(' ')]), signature)).toBeNull()
  })
})
