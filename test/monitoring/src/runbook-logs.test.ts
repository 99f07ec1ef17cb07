// Goal: what a runbook looks for in a log is found there. Method: its filters, run by a shell on
// lines of the logger itself; its messages, looked for in the sources.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { createLogger } from '@wabastream/service-host'
import { root, runbooks } from './runbooks.fixture.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
const sources = globSync(['services/*/src/**/*.ts', 'packages/*/src/**/*.ts'], { cwd: root })
  .filter((file) => !/[.](test|fixture)[.]ts$|^services\/cli\//.test(file))
  .map((file) => readFileSync(`${root}${file}`, 'utf8'))
  .filter((text) => text.includes('logger'))

/** What the logger writes of each: one line for each level. */
function linesOf(messages: readonly string[]): readonly string[] {
  const destination = new PassThrough({ encoding: 'utf8' })
  const logger = createLogger({ service: 'decoder', level: 'trace', destination })
  for (const message of messages) for (const level of LEVELS) logger[level]({ field: 1 }, message)
  return String(destination.read()).trimEnd().split('\n')
}

function filtered(filter: string, lines: readonly string[]): readonly string[] {
  const { stderr, stdout } = spawnSync('sh', ['-c', filter], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

const filters = runbooks.flatMap(({ file, logFilters }) =>
  logFilters.map((filter) => ({ file, filter })),
)
const ofMessages = filters.filter(({ filter }) => filter.includes('"message"'))
const ofLevels = filters.filter(({ filter }) => filter.includes('"level"'))

describe('a runbook', () => {
  it('looks for messages or for levels', () => {
    expect(ofMessages.length).toBeGreaterThan(5)
    expect(ofLevels.length).toBeGreaterThan(1)
    expect(filters.filter((one) => !ofMessages.includes(one) && !ofLevels.includes(one))).toEqual(
      [],
    )
  })

  it.each(ofMessages)('finds its message and nothing else: $file: $filter', ({ filter }) => {
    const [message = ''] = /(?<="message":")[^"]*/.exec(filter) ?? []
    const lines = linesOf(['something else', message])
    expect(filtered(filter, lines)).toEqual(lines.slice(LEVELS.length))
  })

  it.each(ofLevels)('finds what went wrong, and not the rest: $file: $filter', ({ filter }) => {
    const lines = linesOf(['something'])
    expect(filtered(filter, lines)).toEqual(lines.slice(LEVELS.indexOf('warn')))
  })

  it.each(runbooks.filter(({ logMessages }) => logMessages.length > 0))(
    'quotes messages that a service writes: $file',
    ({ logMessages }) => {
      expect(
        logMessages.filter((message) => !sources.some((text) => text.includes(`'${message}'`))),
      ).toEqual([])
    },
  )
})
