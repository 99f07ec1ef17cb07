import { type Policy, type PolicyOf } from '../policies/policy-file.ts'
import { type OpenMessage } from '../waiting/entry.ts'
import { type WaitingList } from '../waiting/waiting-list.ts'

/** Messages of one number that are due before no more is read. */
export const DUE_READ_MAX = 20_000

/**
 * Whether a number has more to do than this share of the most it may. A number whose provider is
 * away does not count: the others would stand still with it, for as long as its key is wrong.
 */
export function isCrowded(
  list: Pick<WaitingList, 'dueCountOf'>,
  lanes: ReadonlyMap<string, { readonly isAway: boolean }>,
  share: number,
): boolean {
  for (const [number, { isAway }] of lanes) {
    if (!isAway && list.dueCountOf(number) >= DUE_READ_MAX * share) return true
  }
  return false
}

const ON_REQUEST_ALONE: Policy = 'on_request'

/** Whether the policies of today let it be marked. */
export function isAllowed(
  { askedBy, channel }: Pick<OpenMessage, 'askedBy' | 'channel'>,
  policyOf: PolicyOf,
): boolean {
  const policy = policyOf(channel)
  return policy !== 'never' && (policy !== ON_REQUEST_ALONE || askedBy === 'on_request')
}
