import { type MessageName } from '../facts/facts.ts'
import { type Requests } from './requests.ts'
import { type SessionOptions } from './session-options.ts'

/** Lets go what is too old or too much, and says so. Returns whether any was too old. */
export function letGo(
  {
    list,
    now,
    onAnswersForgotten,
    onOutcome,
  }: Pick<SessionOptions, 'list' | 'now' | 'onAnswersForgotten' | 'onOutcome'>,
  requests: Requests,
): boolean {
  const { answersForgotten, spilledTooMany, tooMany, tooOld } = list.expire(now())
  for (const message of tooOld) {
    onOutcome(message, 'expired')
    requests.answer(message, 'too_old', now())
  }
  for (const message of tooMany) onOutcome(message, 'too_many')
  for (const [number, count] of spilledTooMany) {
    for (let index = 0; index < count; index += 1) onOutcome({ number }, 'too_many')
  }
  const isDue = (name: MessageName): boolean => list.isDue(name) || list.isSpilled(name)
  if (spilledTooMany.size > 0) requests.answerWhereNot(isDue, 'too_many', now())
  onAnswersForgotten(answersForgotten)
  return tooOld.length > 0
}
