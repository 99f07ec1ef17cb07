import { collectDefaultMetrics, Registry } from 'prom-client'

/**
 * A registry of its own, with the process's CPU, memory, event loop and collector metrics under
 * their customary names (`process_*`, `nodejs_*`). Every metric in it is labelled with the service.
 */
export function createMetricsRegistry(service: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return registry
}
