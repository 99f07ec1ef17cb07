import { describe, expect, it } from '@jest/globals'
import { createLogger } from './logger.ts'

function lineOf(log: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = []
  const destination = {
    write: (line: string) => {
      lines.push(line)
    },
  }
  log(createLogger({ service: 'test', level: 'info', destination }))
  return JSON.parse(lines.join(''))
}

describe('a log line', () => {
  it('shows what failed and why, and nothing that a library attached to the error', () => {
    const cause = Object.assign(new Error('GET http://ana:hunter2@registry:8081/ids/1: refused'), {
      url: 'http://ana:hunter2@registry:8081/ids/1',
      headers: { authorization: 'hunter2' },
    })
    const error = Object.assign(new Error('no schema', { cause }), {
      code: 'schema_missing',
      status: 404,
      request: { body: 'hunter2' },
      input: 'hunter2',
    })
    const line = lineOf((logger) => logger.warn({ err: error, topic: 'events' }, 'waiting'))
    expect(line).toMatchObject({
      level: 'warn',
      message: 'waiting',
      topic: 'events',
      err: {
        type: 'Error',
        code: 'schema_missing',
        status: 404,
        message: 'no schema: GET http://registry:8081/ids/1: refused',
        stack: expect.stringContaining('logger.test.ts'),
      },
    })
    expect(JSON.stringify(line)).not.toContain('hunter2')
  })

  it('keeps the parts of an error that has several', () => {
    const error = new AggregateError([
      Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED', port: 1 }),
    ])
    expect(lineOf((logger) => logger.error({ err: error }, 'failed'))).toMatchObject({
      err: { type: 'AggregateError', errors: [{ code: 'ECONNREFUSED', port: 1 }] },
    })
  })

  it('shows no user and password in any of its texts', () => {
    const line = lineOf((logger) =>
      logger.info(
        {
          address: 'https://ana:hunter2@h/x',
          err: 'https://ana:hunter2@h/x',
          count: 3,
        },
        'seen',
      ),
    )
    expect(line).toMatchObject({ address: 'https://h/x', err: 'https://h/x', count: 3 })
  })
})
