import { adminPortOf, type ProgramName } from '@wabastream/contracts'
import {
  defaultPorts,
  type FindPort,
  findFreePort,
  type LocalStackPorts,
  onFreePorts,
  PortTakenError,
} from '@wabastream/local-stack'
import { CliError } from '../output/cli-error.ts'
import { type Steps } from '../output/steps.ts'
import { type NamedPort } from './ports-in-use.ts'
import { type SupervisedService } from './services.ts'
import { type PlannedService, stopServices } from './start-services.ts'

export interface ServicePorts {
  readonly webhooks: number
  readonly services: readonly PlannedService[]
}

export interface PortChoice {
  readonly freePorts: boolean
  readonly port: number
  readonly names: readonly ProgramName[]
}

/** The usual ports, or any that are free. */
export function stackPorts({ freePorts }: PortChoice): LocalStackPorts | FindPort {
  return freePorts ? findFreePort : defaultPorts
}

/** Those of the services: the usual ones, or any that were free when asked. */
export async function chooseServicePorts({
  freePorts,
  names,
  port,
}: PortChoice): Promise<ServicePorts> {
  const services = await Promise.all(
    names.map(async (name) => ({
      name,
      adminPort: freePorts ? await findFreePort() : adminPortOf(name),
    })),
  )
  return { webhooks: freePorts ? await findFreePort() : port, services }
}

export function servicePorts({ webhooks, services }: ServicePorts): readonly NamedPort[] {
  return [
    { port: webhooks, use: 'webhooks', remedy: 'set PORT' },
    ...services.map(({ name, adminPort }) => ({
      port: adminPort,
      use: `health and metrics of ${name}`,
      remedy: 'pass --free-ports',
    })),
  ]
}

/**
 * Starts services on the ports chosen; on others where another process has one by then and any
 * would do. Throws, saying what names the port, where it was named.
 */
export async function onServicePorts<T>(
  choice: PortChoice,
  { services, steps }: { readonly services: SupervisedService[]; readonly steps: Steps },
  start: (ports: ServicePorts) => Promise<T>,
): Promise<T> {
  if (!choice.freePorts) {
    const ports = await chooseServicePorts(choice)
    return start(ports).catch((error: unknown) => {
      throw error instanceof PortTakenError ? describeTaken(error, servicePorts(ports)) : error
    })
  }
  return onFreePorts(async () => {
    try {
      return await start(await chooseServicePorts(choice))
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error
      steps.warn(`${error.message} Other ports are taken`)
      await stopServices(services.splice(0), steps)
      throw error
    }
  })
}

function describeTaken(cause: PortTakenError, ports: readonly NamedPort[]): CliError {
  const named = ports.find(({ port }) => port === cause.port)
  const remedy = named === undefined ? '' : ` Or ${named.remedy}.`
  return new CliError(`${cause.message} Stop that one.${remedy}`, { cause })
}
