import { type ProgramName } from '@wabastream/contracts'
import { type FaultProxy, kafkaApi } from '@wabastream/testing'
import { type PipelineStack } from './pipeline-stack.ts'
import { type ServiceInstance } from './service-instance.ts'
import { ownsPort } from './socket-owner.ts'

/** A point in a processor's transaction: before a request is sent, or when its answer arrives. */
export interface Step {
  readonly name: string
  readonly apiKey: number
  readonly at: 'request' | 'answer'
}

/** In the order in which a transaction goes through them. */
export const transactionSteps = [
  { name: 'after the poll', apiKey: kafkaApi.addOffsetsToTxn, at: 'request' },
  { name: 'after the offsets', apiKey: kafkaApi.txnOffsetCommit, at: 'answer' },
  { name: 'after the send', apiKey: kafkaApi.produce, at: 'answer' },
  { name: 'before the commit', apiKey: kafkaApi.endTxn, at: 'request' },
  { name: 'after the commit, before applying state', apiKey: kafkaApi.endTxn, at: 'answer' },
] as const satisfies readonly Step[]

/**
 * Waits until the instance is at the step, calls `act` while the frame is held there, and lets the
 * frame go on or drops it, as `act` says. Resolves after that. Happens once.
 */
export async function holdAt(
  step: Step,
  {
    proxies,
    instance,
  }: Pick<PipelineStack, 'proxies'> & { readonly instance: ServiceInstance<ProgramName> },
  act: () => Promise<'drop' | void>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let isTaken = false
  const removers = proxies.map((proxy) =>
    hook(proxy, step, async (clientPort) => {
      if (isTaken || !(await ownsPort(instance, clientPort))) return
      // Frames of several connections may have been asked about at once.
      if (isTaken) return
      isTaken = true
      try {
        const verdict = await act()
        resolve()
        return verdict
      } catch (error) {
        reject(error)
        return 'drop'
      }
    }),
  )
  try {
    await promise
  } finally {
    for (const remove of removers) remove()
  }
}

function hook(
  proxy: FaultProxy,
  { apiKey, at }: Step,
  ask: (clientPort: number) => Promise<'drop' | void>,
): () => void {
  return at === 'request'
    ? proxy.onRequest(apiKey, ({ clientPort }) => ask(clientPort))
    : proxy.onAnswer(apiKey, ({ clientPort }) => ask(clientPort))
}
