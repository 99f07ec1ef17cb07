import { createServer } from 'node:net'

/** Where the parts listen, on 127.0.0.1. The controller's port is Kafka's own business. */
export interface LocalStackPorts {
  readonly kafka: number
  readonly kafkaController: number
  readonly schemaRegistry: number
  readonly clickhouse: number
}

/** Away from the usual 9092, 8081 and 8123, so that a real installation on the machine is left alone. */
export const defaultPorts: LocalStackPorts = {
  kafka: 19092,
  kafkaController: 19093,
  schemaRegistry: 18081,
  clickhouse: 18123,
}

/** Four ports that were free when asked. */
export async function findFreePorts(): Promise<LocalStackPorts> {
  const [kafka, kafkaController, schemaRegistry, clickhouse] = await Promise.all([
    listenBriefly(0),
    listenBriefly(0),
    listenBriefly(0),
    listenBriefly(0),
  ])
  return { kafka, kafkaController, schemaRegistry, clickhouse }
}

/** A port that was free when asked. */
export function findFreePort(): Promise<number> {
  return listenBriefly(0)
}

/** Throws, naming every port that is taken, whose it should be, and what to do. */
export async function assertPortsFree(ports: LocalStackPorts): Promise<void> {
  const taken: string[] = []
  for (const [part, port] of Object.entries(ports)) {
    const isFree = await listenBriefly(port).then(() => true, () => false)
    if (!isFree) taken.push(`${port} (for ${part})`)
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

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      server.close(() => resolve(bound))
    })
  })
}
