import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { planCanary } from './canary.ts'
import { ensureLocalChannels } from './default-channels.ts'

const webhooksUrl = 'https://127.0.0.1:8080'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-canary-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function plan(text: string, config: Readonly<Record<string, string>> = {}) {
  const channelsFile = join(folder, 'mine.yaml')
  await writeFile(channelsFile, text)
  return planCanary({ config, channelsFile, webhooksUrl })
}

describe('the canary of `start`', () => {
  it('has a channel in the file that is made', async () => {
    const { file } = await ensureLocalChannels(join(folder, 'made'))
    expect(await planCanary({ config: {}, channelsFile: file, webhooksUrl })).toEqual({
      environment: {
        CANARY_URL: `${webhooksUrl}/webhooks/canary`,
        CANARY_SECRET_FILE: join(folder, 'made', 'canary-secret'),
      },
    })
  })

  it("takes the secret of its channel from the user's file, and trusts the certificate", async () => {
    const text =
      'channels: [{ name: main, strategies: {} }, { name: canary, dialect: cloud, ' +
      'strategies: { hmac: { secrets: [{ id: old, env: X }, { id: new, file: in/here }] } } }]'
    expect(await plan(text, { tlsCertFile: '/etc/tls.crt' })).toEqual({
      environment: {
        CANARY_URL: `${webhooksUrl}/webhooks/canary`,
        CANARY_SECRET_FILE: join(folder, 'in/here'),
        CANARY_CA_FILE: '/etc/tls.crt',
      },
    })
  })

  it("follows the user's settings", async () => {
    const given = { canaryUrl: 'https://a.example/c', canarySecretFile: '/s', canaryCaFile: '/ca' }
    expect(
      await plan('channels: [{ name: canary, strategies: { hmac: { secrets: [] } } }]', given),
    ).toEqual({
      environment: {
        CANARY_URL: 'https://a.example/c',
        CANARY_SECRET_FILE: '/s',
        CANARY_CA_FILE: '/ca',
      },
    })
  })

  it.each([
    ['channels: [{ name: main, strategies: {} }]', 'has no channel canary'],
    ['channels: {', 'has no channel canary'],
    ['channels: [{ name: canary, strategies: { header: {} } }]', 'CANARY_SECRET_FILE may name one'],
  ])('is left out of %s', async (text, reason) => {
    expect(await plan(text)).toEqual({ leftOut: expect.stringContaining(reason) })
  })
})
