import { describe, expect, it } from '@jest/globals'
import { parseServerAddress } from './server-address.ts'

describe('the address of a server', () => {
  it('is separated from the user and password in it', () => {
    expect(
      parseServerAddress('https://ana:p%40s%2Fs%C3%A9@registry.example:8081/apis/v7/'),
    ).toEqual({
      url: 'https://registry.example:8081/apis/v7',
      username: 'ana',
      password: 'p@s/sé',
      authorization: `Basic ${Buffer.from('ana:p@s/sé').toString('base64')}`,
    })
  })

  it('has no header if it names nobody', () => {
    expect(parseServerAddress('http://127.0.0.1:8123')).toEqual({
      url: 'http://127.0.0.1:8123',
      username: '',
      password: '',
      authorization: undefined,
    })
  })

  it('takes a percent sign that encodes nothing literally', () => {
    expect(parseServerAddress('http://ana:100%@h').password).toBe('100%')
  })

  it('does not quote what is not a URL', () => {
    const parse = () => parseServerAddress('http://ana:s/ecret@h:99999')
    expect(parse).toThrow('an address is not a URL')
    expect(parse).not.toThrow('ecret')
  })
})
