interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

export interface RequestQueueClass {
  readonly prototype: RequestQueue
}

/** Amends network/requestQueue: no 1 ms timer on each connection while nothing is pending. */
export function quietRequestQueue(shipped: RequestQueueClass): RequestQueueClass {
  const schedule = shipped.prototype.scheduleCheckPendingRequests
  shipped.prototype.scheduleCheckPendingRequests = function scheduleWhilePending() {
    if (this.pending.length > 0) schedule.call(this)
  }
  return shipped
}
