import { validateHeaderValue } from 'node:http'

/** Name of an HTTP header (RFC 9110, 5.6.2, `token`), of a length that anybody uses. */
export const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/

/** Whether a request can carry it. */
export function isHeaderValue(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
