/**
 * The business number of the canary's webhooks. Ids of real numbers are digits, so none is like it.
 * Not a setting: the views, which leave it out, and the canary have to agree.
 */
export const CANARY_NUMBER = 'wabastream-canary'
