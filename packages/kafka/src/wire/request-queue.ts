interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly requestTimeoutIntervalId?: NodeJS.Timeout
  scheduleCheckPendingRequests(): void
  scheduleRequestTimeoutCheck(): void
}

export interface RequestQueueClass {
  readonly prototype: RequestQueue
}

/**
 * Amends network/requestQueue: there is no 1 ms timer on each connection while nothing is pending,
 * and no timer keeps a process alive whose connections are gone.
 */
export function quietRequestQueue<Class extends RequestQueueClass>(shipped: Class): Class {
  const queue = shipped.prototype
  const schedule = queue.scheduleCheckPendingRequests
  queue.scheduleCheckPendingRequests = function scheduleWhilePending() {
    if (this.pending.length > 0) schedule.call(this)
  }
  const watch = queue.scheduleRequestTimeoutCheck
  queue.scheduleRequestTimeoutCheck = function watchWhileAlive() {
    watch.call(this)
    this.requestTimeoutIntervalId?.unref()
  }
  return shipped
}
