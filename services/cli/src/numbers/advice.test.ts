import { ProviderError, readNumbersFile } from '@wabastream/provider'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { describeProviderError } from './advice.ts'
import { type ProviderSide, startProviderSide } from './provider-side.fixture.ts'

let side: ProviderSide
beforeEach(async () => {
  side = await startProviderSide()
})
afterEach(() => side.close())

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
