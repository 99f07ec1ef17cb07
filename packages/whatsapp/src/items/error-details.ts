import { type ErrorDetail } from '@wabastream/contracts'
import { isObject, type JsonObject, toInteger, toObject, toText } from '../body/json.ts'

const INT32_MAX = 2_147_483_647
const NO_ERRORS: readonly ErrorDetail[] = []

/** The errors of a message or status; those that are not objects are left out. */
export function toErrorDetails(errors: unknown): readonly ErrorDetail[] {
  if (!Array.isArray(errors) || errors.length === 0) return NO_ERRORS
  return errors.filter(isObject).map(toErrorDetail)
}

/** Cloud and on-premises shapes alike; a code that came as text is accepted. */
export function toErrorDetail(error: JsonObject): ErrorDetail {
  const code = toInteger(error['code'])
  return {
    code: code !== null && Math.abs(code) <= INT32_MAX ? code : null,
    title: toText(error['title']),
    message: toText(error['message']),
    details: toText(toObject(error['error_data'])?.['details']) ?? toText(error['details']),
    href: toText(error['href']),
  }
}
