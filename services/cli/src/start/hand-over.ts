import { servicesOf, type ProgramName } from '@wabastream/contracts'
import { readAddresses, writeAddresses } from '../installation/addresses.ts'
import { watchStopRequest } from '../replay/stop-request.ts'
import { chooseGeneration } from './choose-generation.ts'
import { type ServicePlan, startServices, stopServices } from './start-services.ts'
import { type SupervisedService } from './services.ts'
import { type Steps } from '../output/steps.ts'

export interface HandOverOptions {
  readonly plan: ServicePlan
  /** The services that run; kept up to date. */
  readonly services: SupervisedService[]
  readonly steps: Steps
  readonly signal: AbortSignal
}

/**
 * Waits until the running generation is dropped. Then ends its services, and starts those of the
 * generation that the views show by then. What serves every generation keeps running. Resolves
 * when the signal is aborted.
 */
export async function handOverGenerations(options: HandOverOptions): Promise<void> {
  let { plan } = options
  for (;;) {
    const { generation } = plan.settings
    const { signal, steps } = options
    const isAsked = await watchStopRequest(plan.dataDirectory, { generation, signal })
    if (!isAsked) return
    steps.warn(`generation ${generation} is being dropped: its services end`)
    const next = await replaceServices(plan, options).catch((error: unknown) => {
      if (!signal.aborted) steps.warn(`its successor is not ready: ${String(error)}`)
      return undefined
    })
    if (next === undefined) return
    plan = next
  }
}

/** They serve every generation. */
const goesOn: ReadonlySet<ProgramName> = new Set([...servicesOf('receiver'), 'forwarder'])

async function replaceServices(
  plan: ServicePlan,
  { services, signal, steps }: HandOverOptions,
): Promise<ServicePlan> {
  await stopServices(
    services.filter(({ name }) => !goesOn.has(name)),
    steps,
  )
  const staying = services.filter(({ name }) => goesOn.has(name))
  services.splice(0, services.length, ...staying)
  const generation = await chooseGeneration(plan.addresses, {})
  const next = { ...plan, settings: { ...plan.settings, generation } }
  const derived = next.services.filter(({ name }) => !goesOn.has(name))
  await startServices({ ...next, services: derived }, services, { steps, signal })
  const running = await readAddresses(plan.dataDirectory)
  if (running !== undefined) await writeAddresses(plan.dataDirectory, { ...running, generation })
  steps.done(`generation ${generation} runs`)
  return next
}
