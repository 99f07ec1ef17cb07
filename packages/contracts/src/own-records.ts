/**
 * Channel of records that a service of ours appends to the raw topic, so that a rebuild knows what
 * we did. No channel that receives may have this name.
 */
export const INTERNAL_CHANNEL = 'wabastream-internal'

/** Dialect of their bodies, which no channel that receives can have. */
export const INTERNAL_DIALECT = 'internal'
