import { redacted } from '@wabastream/contracts'
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { toLoggedError } from './logged-error.ts'

/**
 * Writes one JSON object per line: a constant message and fields. Errors go under `err`. No text
 * shows the user and password of a URL, or the input of a parser.
 */
export type Logger = PinoLogger

export function createLogger(options: {
  readonly service: string
  readonly level: string
  /** Standard output, if none is given; what it still holds at an exit is written then. */
  readonly destination?: DestinationStream
}): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service, pid: process.pid },
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: withRedactedTexts },
    serializers: { err: toLoggedError },
  }
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination)
}

function withRedactedTexts(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? redacted(value) : value,
    ]),
  )
}
