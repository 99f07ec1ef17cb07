import { defaultPorts, findFreePorts, type LocalStackPorts } from '@wabastream/local-stack'
import { type NamedPort } from './ports-in-use.ts'
import { serviceNames } from './start-services.ts'

const FIRST_ADMIN_PORT = 9400

export interface ChosenPorts {
  readonly stack: LocalStackPorts
  readonly webhooks: number
  readonly admin: readonly number[]
}

/** The usual ports, or any that are free. */
export async function choosePorts(options: {
  readonly freePorts: boolean
  readonly port: number
}): Promise<ChosenPorts> {
  if (!options.freePorts) {
    const admin = serviceNames.map((_, index) => FIRST_ADMIN_PORT + index)
    return { stack: defaultPorts, webhooks: options.port, admin }
  }
  const stack = await findFreePorts()
  const admin = Object.values(await findFreePorts())
  const { kafka: webhooks } = await findFreePorts()
  return { stack, webhooks, admin }
}

export function servicePorts({ webhooks, admin }: ChosenPorts): readonly NamedPort[] {
  return [
    { port: webhooks, use: 'webhooks', remedy: 'set PORT' },
    ...serviceNames.map((name, index) => ({
      port: admin[index] ?? 0, use: `health and metrics of ${name}`, remedy: 'pass --free-ports',
    })),
  ]
}
