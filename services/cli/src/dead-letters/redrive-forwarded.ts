import { describeAnswer, type Poster, toOutgoingWebhook } from '@wabastream/forwarding'
import { type KafkaClient, toKafkaRecord } from '@wabastream/kafka'
import { type DeadLetterRow } from './dead-letter-queries.ts'

export interface ForwardTools {
  readonly kafka: Pick<KafkaClient, 'readRecord'>
  readonly isDryRun: boolean
  readonly posterOf: (destination: string) => Pick<Poster, 'post'> | undefined
}

/**
 * Sends a webhook once more to the destination that did not accept it, and to no other. `problem`
 * is undefined once it is accepted; `isGone` says that it could not even be sent.
 */
export async function redriveForwarded(
  { isDryRun, kafka, posterOf }: ForwardTools,
  letter: DeadLetterRow,
): Promise<{ readonly isGone: boolean; readonly problem: string | undefined }> {
  const { destination, id } = letter
  const poster = posterOf(destination)
  if (poster === undefined) {
    const problem = `${destination} is not in the file of destinations (DESTINATIONS_FILE)`
    return { isGone: true, problem }
  }
  const record = await kafka.readRecord(letter)
  const body = record?.value ?? null
  if (record === null || body === null) return { isGone: true, problem: undefined }
  if (isDryRun) return { isGone: false, problem: undefined }
  const { partition } = record
  const webhook = toOutgoingWebhook(toKafkaRecord(record), { partition, body })
  const answer = await poster.post(webhook, `redrive-${id}`)
  const isAccepted = answer.kind === 'acknowledged'
  return {
    isGone: false,
    problem: isAccepted ? undefined : `${destination}: ${describeAnswer(answer)}`,
  }
}
