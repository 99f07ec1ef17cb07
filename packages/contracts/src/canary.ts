/**
 * The business number of the canary's webhooks. Ids of real numbers are digits, so none can equal
 * it. It is not a setting because the canary and the views, which leave it out, have to agree.
 */
export const CANARY_NUMBER = 'wabastream-canary'
