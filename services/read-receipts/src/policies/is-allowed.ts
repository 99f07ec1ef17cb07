import { type OpenMessage } from '../waiting/entry.ts'
import { type Policy, type PolicyOf } from './policy-file.ts'

const ON_REQUEST_ALONE: Policy = 'on_request'

/** Whether the policies of today let it be marked. */
export function isAllowed(
  { askedBy, channel }: Pick<OpenMessage, 'askedBy' | 'channel'>,
  policyOf: PolicyOf,
): boolean {
  const policy = policyOf(channel)
  return policy !== 'never' && (policy !== ON_REQUEST_ALONE || askedBy === 'on_request')
}
