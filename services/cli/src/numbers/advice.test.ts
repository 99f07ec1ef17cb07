import { CredentialError, ProviderError, readNumbersFile } from '@wabastream/provider'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { describeProviderError } from './advice.ts'
import { type ProviderSide, startProviderSide } from './provider-side.fixture.ts'

let side: ProviderSide
beforeEach(async () => {
  side = await startProviderSide()
})
afterEach(() => side.close())

it('advises no new key where the one that there is cannot be read', () => {
  const [number] = readNumbersFile(side.numbersFile, {})
  if (number === undefined) throw new Error('there is no number')
  const cause = new CredentialError('credential_unreadable', 'may not get it (403)')
  const error = new ProviderError('key_invalid', 'its key cannot be read', { cause })
  expect(describeProviderError(number, error)).toContain('put right where the key lies')
  expect(describeProviderError(number, error)).not.toContain('rotate-key')
  const refused = new ProviderError('key_invalid', 'refused')
  expect(describeProviderError(number, refused)).toContain('rotate-key shop')
})

describe('the advice on a provider that is away', () => {
  it.each([
    ['desk', true, 'no webhook until this is run again'],
    ['desk', false, 'stays in force'],
    ['shop', true, 'stays in force'],
  ])('says of %s what is in force (in a rotation: %s)', (alias, isRotating, text) => {
    const number = readNumbersFile(side.numbersFile, {}).find((one) => one.alias === alias)
    if (number === undefined) throw new Error('there is no such number')
    const error = new ProviderError('unavailable', 'away')
    expect(describeProviderError(number, error, { isRotating })).toContain(text)
  })
})
