import { connectNumber, type NumberEntry, type Provider } from '@wabastream/provider'
import { type Environment } from '@wabastream/service-host'

/** A number that messages can be marked for. */
export interface ConnectedNumber {
  readonly id: string
  readonly alias: string
  readonly provider: Pick<Provider, 'markRead' | 'close'>
}

/** Nothing is sent yet. A key is read when it is needed, and again where it is refused. */
export function connectNumbers(
  numbers: readonly NumberEntry[],
  env: Environment,
): readonly ConnectedNumber[] {
  return numbers.map((number) => {
    const { alias, id } = number
    return { id, alias, provider: connectNumber(number, env) }
  })
}
