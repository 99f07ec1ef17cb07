import { describe, expect, it } from '@jest/globals'
import { createGuardedLookup, refusalOf } from './address-guard.ts'

const none = new Set<never>()

describe('the guard of addresses', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.8.8.8', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['[::1]', 'loopback'],
    ['::', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['[::ffff:a9fe:a9fe]', 'metadata'],
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['fe80::1', 'metadata'],
    ['[fd00:ec2::254]', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
  ])('refuses %s', (address, kind) => {
    expect(refusalOf(address, none)).toContain(kind)
  })

  it.each(['10.0.0.1', '192.168.1.1', '8.8.8.8', '[2001:db8::1]', 'crm.example.com'])(
    'lets %s pass',
    (address) => {
      expect(refusalOf(address, none)).toBeUndefined()
    },
  )

  it('lets pass what is allowed by name, and only that', () => {
    expect(refusalOf('127.0.0.1', new Set(['loopback'] as const))).toBeUndefined()
    expect(refusalOf('169.254.169.254', new Set(['loopback'] as const))).toContain('metadata')
  })

  it('looks where a name leads', async () => {
    const find = (allowed: ReadonlySet<'loopback'>): Promise<unknown> =>
      new Promise((resolve) => {
        createGuardedLookup(allowed)('localhost', { all: true }, (error, found) => {
          resolve(error?.message ?? found)
        })
      })
    expect(await find(new Set())).toContain('loopback')
    expect(await find(new Set(['loopback']))).toEqual(
      expect.arrayContaining([expect.objectContaining({ address: expect.any(String) })]),
    )
  })
})
