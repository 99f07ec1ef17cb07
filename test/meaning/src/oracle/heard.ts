import { type Fact, readFacts } from '@wabastream/testing'
import { type Webhook } from '../stories/tell-story.ts'

/** A fact, and the webhook that it came with. */
export interface HeardFact extends Fact {
  /** Place of the webhook in the order of arrival. */
  readonly webhook: number
}

/** Every fact about messages in the order of arrival. */
export function hearFacts(webhooks: readonly Webhook[], flatNumber: string): readonly HeardFact[] {
  return webhooks.flatMap(({ body, receivedAt }, webhook) =>
    readFacts(body, { flatNumber, nowMs: receivedAt }).map((fact) => ({ ...fact, webhook })),
  )
}

/** Key of a timeline, as `expectTimelines` has it. */
export const timelineOf = ({ messageId, number, participant }: Fact): string =>
  JSON.stringify([number, messageId, participant])
