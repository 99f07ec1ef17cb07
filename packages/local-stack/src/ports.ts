import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { PortTakenError } from './process/part-errors.ts'

/** Where the parts listen, on 127.0.0.1. Only Kafka itself uses the controller's port. */
export interface LocalStackPorts {
  readonly kafka: number
  readonly kafkaController: number
  readonly schemaRegistry: number
  readonly clickhouse: number
}

/**
 * Different from the usual 9092, 8081 and 8123, so that a real installation on the machine is not
 * disturbed.
 */
export const defaultPorts: LocalStackPorts = {
  kafka: 19092,
  kafkaController: 19093,
  schemaRegistry: 18081,
  clickhouse: 18123,
}

/**
 * Below the ports that Linux gives to outgoing connections, which could take a port before its
 * owner does.
 */
const FIRST_PORT = 20_000
const LAST_PORT = 32_767
/** That somebody else takes a port within a second or two is rare. */
const ATTEMPTS_MAX = 5
const handedOut = new Set<number>()

/** Resolves with a port that may be taken. */
export type FindPort = () => Promise<number>

/**
 * A port that was free when asked, and that this process did not get before. Another process may
 * have it by the time it is used: see `onFreePorts`.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if (handedOut.has(port)) continue
    handedOut.add(port)
    if (await isFree(port)) return port
  }
}

/** Starts something that finds itself ports, and again while it rejects with a PortTakenError. */
export async function onFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

/** Starts a part on the ports that are named, or on any that are found. */
export async function onPorts<T>(
  ports: LocalStackPorts | FindPort,
  start: (ports: LocalStackPorts) => Promise<T>,
): Promise<T> {
  if (typeof ports === 'function') return onFreePorts(async () => start(await findAll(ports)))
  return start(ports).catch((error: unknown) => {
    throw error instanceof PortTakenError ? nameTakenPort(error, ports) : error
  })
}

async function findAll(findPort: FindPort): Promise<LocalStackPorts> {
  return {
    kafka: await findPort(),
    kafkaController: await findPort(),
    schemaRegistry: await findPort(),
    clickhouse: await findPort(),
  }
}

/** Throws, naming every port that is taken, whose it should be, and what to do. */
export async function assertPortsFree(ports: LocalStackPorts): Promise<void> {
  const taken: string[] = []
  for (const [part, port] of Object.entries(ports)) {
    if (!(await isFree(port))) taken.push(`${port} (for ${part})`)
  }
  if (taken.length > 0) throw new PortsTakenError(taken)
}

export class PortsTakenError extends Error {
  readonly code = 'ports_taken'

  constructor(taken: readonly string[], options?: ErrorOptions) {
    super(
      `Port ${taken.join(', ')} on 127.0.0.1 is in use. ` +
        'Stop what listens there (lsof -i :PORT shows it; another wabastream?) or choose other ports.',
      options,
    )
  }
}

/** The loss of a port that was named, as `assertPortsFree` would have reported it. */
function nameTakenPort(error: PortTakenError, ports: LocalStackPorts): PortsTakenError {
  const part = Object.entries(ports).find(([, port]) => port === error.port)?.[0]
  return new PortsTakenError(
    [part === undefined ? `${error.port}` : `${error.port} (for ${part})`],
    {
      cause: error,
    },
  )
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}
