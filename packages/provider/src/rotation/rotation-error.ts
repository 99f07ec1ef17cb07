/**
 * - `key_needed`: there is no new key, and none can be asked for
 * - `key_unusable`: what was given can't be a key
 * - `key_lost`: the provider made a key, which could not be stored
 * - `not_proven`: the provider, or our URL, does not confirm what was set
 */
export type RotationErrorCode = 'key_needed' | 'key_unusable' | 'key_lost' | 'not_proven'

/** A rotation ended before its end. What is stored is as the steps left it: run it again. */
export class RotationError extends Error {
  readonly code: RotationErrorCode

  constructor(code: RotationErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RotationError'
    this.code = code
  }
}
