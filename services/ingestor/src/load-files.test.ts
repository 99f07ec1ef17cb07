import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestAuthority } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { loadFiles } from './load-files.ts'

let directory: string
let channelsFile: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'load-files-'))
  channelsFile = join(directory, 'channels.yaml')
  writeFileSync(join(directory, 'ca.pem'), (await createTestAuthority('the provider')).cert)
  writeFileSync(
    channelsFile,
    `
channels:
  - name: mutual
    dialect: cloud
    strategies: { clientCertificate: { authorities: [{ id: ca, file: ca.pem }] } }
`,
  )
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('a channel that asks for a client certificate', () => {
  const load = (clientCertificateHeader?: string) =>
    loadFiles({
      config: { channelsFile, clientCertificateHeader },
      env: {},
      registry: new Registry(),
      logger: { info: () => {}, error: () => {} },
    })

  it('is a mistake if none can arrive', () => {
    expect(() => load()).toThrow('mutual: clientCertificate needs HTTPS here (TLS_CERT_FILE), or ')
    expect(load('ssl-client-cert').channels.loaded).toHaveLength(1)
  })
})
