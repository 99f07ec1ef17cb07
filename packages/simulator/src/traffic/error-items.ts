import { type Scene } from './scenario.ts'
import { type JsonObject } from './traffic.ts'

interface FailureCode {
  readonly code: number
  readonly title: string
}

/** Codes with which a delivery fails; common ones are listed more than once. */
export const failureCodes: readonly FailureCode[] = [
  { code: 131026, title: 'Message undeliverable' },
  { code: 131026, title: 'Message undeliverable' },
  { code: 131026, title: 'Message undeliverable' },
  { code: 131049, title: 'Healthy ecosystem engagement' },
  { code: 131049, title: 'Healthy ecosystem engagement' },
  { code: 131047, title: 'Re-engagement message' },
  { code: 131050, title: 'User stopped marketing messages' },
  { code: 130472, title: 'User is part of an experiment' },
  { code: 131053, title: 'Media upload error' },
  { code: 132001, title: 'Template does not exist' },
  { code: 131042, title: 'Business eligibility payment issue' },
  { code: 131000, title: 'Something went wrong' },
]

export const outOfBandCodes: readonly FailureCode[] = [
  { code: 130429, title: 'Rate limit hit' },
  { code: 131016, title: 'Service unavailable' },
  { code: 131056, title: 'Pair rate limit hit' },
  { code: 131000, title: 'Something went wrong' },
]

/** An error in the form of the channel's dialect. */
export function errorItem(scene: Scene, { code, title }: FailureCode): JsonObject {
  const href = 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/'
  const details = `${title} (simulated)`
  return scene.channel.dialect === 'cloud'
    ? { code, title, message: title, error_data: { details }, href }
    : { code, title, details, href }
}
