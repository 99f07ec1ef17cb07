import { adminPortOf, type ProgramName } from '@wabastream/contracts'
import {
  defaultPorts,
  findFreePort,
  findFreePorts,
  type LocalStackPorts,
} from '@wabastream/local-stack'
import { type NamedPort } from './ports-in-use.ts'
import { type PlannedService } from './start-services.ts'

export interface ChosenPorts {
  readonly stack: LocalStackPorts
  readonly webhooks: number
  readonly services: readonly PlannedService[]
}

/** The usual ports, or any that are free. */
export async function choosePorts(options: {
  readonly freePorts: boolean
  readonly port: number
  readonly names: readonly ProgramName[]
}): Promise<ChosenPorts> {
  const { freePorts, names, port } = options
  const services = await Promise.all(
    names.map(async (name) => ({
      name,
      adminPort: freePorts ? await findFreePort() : adminPortOf(name),
    })),
  )
  return freePorts
    ? { stack: await findFreePorts(), webhooks: await findFreePort(), services }
    : { stack: defaultPorts, webhooks: port, services }
}

export function servicePorts({ webhooks, services }: ChosenPorts): readonly NamedPort[] {
  return [
    { port: webhooks, use: 'webhooks', remedy: 'set PORT' },
    ...services.map(({ name, adminPort }) => ({
      port: adminPort,
      use: `health and metrics of ${name}`,
      remedy: 'pass --free-ports',
    })),
  ]
}
