import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

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

/** Four ports that were free when asked. */
export async function findFreePorts(): Promise<LocalStackPorts> {
  const [kafka, kafkaController, schemaRegistry, clickhouse] = await Promise.all([
    findFreePort(),
    findFreePort(),
    findFreePort(),
    findFreePort(),
  ])
  return { kafka, kafkaController, schemaRegistry, clickhouse }
}

/**
 * Below the ports that Linux gives to outgoing connections, which could take a port before its
 * owner does.
 */
const FIRST_PORT = 20_000
const LAST_PORT = 32_767
const handedOut = new Set<number>()

/** A port that was free when asked, and that this process did not get before. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if (handedOut.has(port)) continue
    handedOut.add(port)
    if (await isFree(port)) return port
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

  constructor(taken: readonly string[]) {
    super(
      `Port ${taken.join(', ')} on 127.0.0.1 is in use. ` +
        `Stop what listens there (lsof -i :PORT shows it; another wabastream?) or choose other ports.`,
    )
  }
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
