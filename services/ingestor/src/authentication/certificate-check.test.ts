import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { splitPem } from '@wabastream/channels'
import { createTestAuthority } from '@wabastream/testing'
import { createCertificateCheck } from './certificate-check.ts'

describe('a certificate that is trusted', () => {
  it('gives all its connections one use, by which they are counted', async () => {
    const provider = await createTestAuthority('the provider')
    const client = await provider.issue('known', { purpose: 'client' })
    const authority = new X509Certificate(provider.cert)
    const check = createCertificateCheck({
      kind: 'client_certificate',
      names: null,
      authorities: [{ id: 'first', certificates: [authority] }],
    })
    const connect = () =>
      check({
        isAuthorized: true,
        leaf: new X509Certificate(splitPem(client.cert)[0] ?? ''),
        issuers: [authority],
        checkedAgainst: [],
      })
    const use = connect()
    expect(use).toEqual({ strategy: 'client_certificate', keyId: 'first' })
    expect(connect()).toBe(use)
  })
})
