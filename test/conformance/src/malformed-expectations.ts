export interface Expectation {
  readonly verdict: string
  readonly types: readonly string[]
  readonly reasons: readonly string[]
}

const STATUS = 'MessageStatusChanged'
const MESSAGE = 'MessageReceived'

const decoded = (...types: readonly string[]): Expectation => ({
  verdict: 'decoded',
  types,
  reasons: [],
})
const partial = (reason: string, ...types: readonly string[]): Expectation => ({
  verdict: 'partial',
  types,
  reasons: [reason],
})
const undecodable = (reason: string): Expectation => ({
  verdict: 'undecodable',
  types: [],
  reasons: [reason],
})

/** By the number that a file's name begins with; what is not listed here is no JSON. */
const expectations = new Map<string, Expectation>([
  ['08', decoded(STATUS)],
  ['10', partial('not_json', MESSAGE)],
  ['11', decoded(MESSAGE)],
  ['12', decoded(MESSAGE)],
  ['13', decoded(MESSAGE)],
  ['15', undecodable('too_deep')],
  ['16', undecodable('too_deep')],
  ['17', decoded(STATUS)],
  ['18', decoded(STATUS)],
  ['19', decoded(MESSAGE)],
  ['20', decoded(STATUS, STATUS, STATUS)],
  ['21', decoded('AccountEventReceived', 'AccountEventReceived')],
  ['22', decoded(STATUS)],
  ['23', partial('item_invalid')],
  ['24', decoded(...Array<string>(9).fill(STATUS))],
  ['26', undecodable('wrong_shape')],
  ['27', undecodable('wrong_shape')],
  ['28', undecodable('wrong_shape')],
  ['29', undecodable('wrong_shape')],
  ['30', undecodable('wrong_shape')],
  ['31', undecodable('wrong_shape')],
  ['32', partial('wrong_shape', STATUS)],
  ['33', partial('wrong_shape')],
  ['34', partial('item_invalid', MESSAGE)],
  ['35', partial('item_invalid')],
  ['36', undecodable('wrong_shape')],
  ['37', undecodable('wrong_shape')],
  ['38', decoded(MESSAGE)],
  ['39', partial('wrong_shape', STATUS)],
  ['40', decoded(MESSAGE)],
  ['45', decoded(MESSAGE)],
  ['46', decoded(MESSAGE)],
  ['50', decoded(STATUS)],
  ['51', decoded(STATUS)],
])

export function expectedOfMalformed(file: string): Expectation {
  const number = /^malformed\/(\d+)-/.exec(file)?.[1] ?? ''
  return expectations.get(number) ?? undecodable('not_json')
}
