import { collectDefaultMetrics, Registry } from 'prom-client'

/**
 * A separate registry, with the process's CPU, memory, event loop and garbage collector metrics
 * under their usual names (`process_*`, `nodejs_*`). Every metric in it is labelled with the
 * service.
 */
export function createMetricsRegistry(service: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return registry
}
