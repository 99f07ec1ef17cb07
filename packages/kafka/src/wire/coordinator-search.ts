export interface SearchingClass {
  readonly prototype: { findGroupCoordinatorMetadata(sought: object): Promise<unknown> }
}

/**
 * Amends cluster/index.js, where a consumer crashes for good if no broker names a coordinator.
 * Brokers that are away or electing come back, and then it joins.
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
