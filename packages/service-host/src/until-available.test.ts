import { describe, expect, it } from '@jest/globals'
import { untilAvailable } from './until-available.ts'

interface Line {
  readonly fields: unknown
  readonly message: string
}

interface Log {
  readonly lines: Line[]
  warn(...args: unknown[]): void
  info(...args: unknown[]): void
}

function createLog(): Log {
  const lines: Line[] = []
  const write = (fields: unknown, message: unknown): void => {
    lines.push({ fields, message: String(message) })
  }
  return { lines, warn: write, info: write }
}

describe('untilAvailable', () => {
  it('tries again, with a line for each failure, until the attempt succeeds', async () => {
    const logger = createLog()
    let attempts = 0
    const result = await untilAvailable({
      what: 'kafka',
      logger,
      signal: new AbortController().signal,
      retryDelayMs: 1,
      attempt: async () => {
        attempts += 1
        if (attempts < 3) throw new Error('away')
        return 'there'
      },
    })
    expect(result).toBe('there')
    expect(logger.lines.map((line) => line.message)).toEqual([
      'waiting for a dependency',
      'waiting for a dependency',
      'dependency is available',
    ])
  })

  it('gives up when the signal is aborted', async () => {
    const controller = new AbortController()
    const waiting = untilAvailable({
      what: 'kafka',
      logger: createLog(),
      signal: controller.signal,
      retryDelayMs: 60_000,
      attempt: () => Promise.reject(new Error('away')),
    })
    setImmediate(() => controller.abort())
    await expect(waiting).rejects.toThrow('aborted')
  })

  it('gives up in the middle of an attempt that nobody answers', async () => {
    const controller = new AbortController()
    const logger = createLog()
    const waiting = untilAvailable({
      what: 'schema registry',
      logger,
      signal: controller.signal,
      attempt: () => new Promise(() => {}),
    })
    setImmediate(() => controller.abort(new Error('stopped')))
    await expect(waiting).rejects.toThrow('stopped')
    expect(logger.lines).toEqual([])
  }, 5_000)

  it('throws permanent errors at once', async () => {
    await expect(
      untilAvailable({
        what: 'kafka',
        logger: createLog(),
        signal: new AbortController().signal,
        isPermanent: () => true,
        attempt: () => Promise.reject(new Error('refused')),
      }),
    ).rejects.toThrow('refused')
  })
})
