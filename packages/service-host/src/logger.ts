import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'

/** Writes one JSON object per line: a constant message and fields. Errors go under `err`. */
export type Logger = PinoLogger

export function createLogger(options: {
  readonly service: string
  readonly level: string
  /** Standard output, written synchronously so that the last line before an exit is kept. */
  readonly destination?: DestinationStream
}): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service, pid: process.pid },
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination)
}
