import { type NumberState, numberStates } from '@wabastream/provider'
import { Counter, Gauge, type Registry } from 'prom-client'

export interface NumberMetrics {
  asked(alias: string, state: NumberState): void
}

/** Of each number exactly one state is 1; none before it was asked for the first time. */
export function createNumberMetrics(registry: Registry): NumberMetrics {
  const registers = [registry]
  const states = new Gauge({
    name: 'wa_watch_number_state',
    registers,
    labelNames: ['number', 'state'] as const,
    help: 'whether a number of the file (by its alias) is in this state, as the provider says',
  })
  const checks = new Counter({
    name: 'wa_watch_number_checks_total',
    registers,
    labelNames: ['state'] as const,
    help: 'questions to providers about the webhook of a number, by what came out',
  })
  for (const state of numberStates) checks.inc({ state }, 0)
  return {
    asked(alias, state) {
      checks.inc({ state })
      for (const one of numberStates) {
        states.set({ number: alias, state: one }, one === state ? 1 : 0)
      }
    },
  }
}
