import { type Answer, describeAnswer } from '@wabastream/forwarding'
import { type Logger } from '@wabastream/service-host'

/** Logs when a destination goes away or comes back; call it after each answer. */
export function createHealthLog(destination: string, logger: Pick<Logger, 'info' | 'warn'>) {
  let wasAway = false
  return function noteHealth(isAway: boolean, answer: Answer): void {
    if (isAway === wasAway) return
    wasAway = isAway
    const facts = { destination, answer: describeAnswer(answer) }
    if (isAway) logger.warn(facts, 'the destination accepts nothing')
    else logger.info(facts, 'the destination accepts webhooks again')
  }
}
