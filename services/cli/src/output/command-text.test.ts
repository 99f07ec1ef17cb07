import { expect, it } from '@jest/globals'
import { commandText } from './command-text.ts'

it.each([
  [['dead-letters', 'list'], '.data', './wabastream dead-letters list'],
  [['trace', 'wamid.HBgL=='], '/tmp/other', './wabastream trace wamid.HBgL== --data /tmp/other'],
  [['trace', "it's"], 'my data', String.raw`./wabastream trace 'it'\''s' --data 'my data'`],
])('%j with folder %s is pasted as %s', (words, dataDirectory, text) => {
  expect(commandText(words, dataDirectory)).toBe(text)
})

it('begins with the command of the image, if that is set', () => {
  expect(commandText(['trace', '1'], '.data', 'wabastream')).toBe('wabastream trace 1')
})
