export interface SearchingClass {
  readonly prototype: { findGroupCoordinatorMetadata(sought: object): Promise<unknown> }
}

/**
 * Amends cluster/index.js, for which a coordinator that no broker names is the end: a consumer
 * would crash for good. Brokers that are away or elect come back, and it joins then.
 */
export function retryCoordinatorSearch(shipped: SearchingClass): SearchingClass {
  const find = shipped.prototype.findGroupCoordinatorMetadata
  shipped.prototype.findGroupCoordinatorMetadata = async function search(sought) {
    try {
      return await find.call(this, sought)
    } catch (error) {
      const isNotFound = error instanceof Error && error.name === 'KafkaJSGroupCoordinatorNotFound'
      throw isNotFound ? Object.assign(error, { retriable: true }) : error
    }
  }
  return shipped
}
