/**
 * Items that are read of one body, where an item with several errors counts once for each. Memory
 * and time grow with the items, and a body of 3 MiB holds a million items of two bytes. Real
 * webhooks hold up to a thousand, and a history in one webhook has no room for more than this.
 */
export const ITEMS_MAX = 20_000
