import { DueHeap } from '../queue/due-heap.ts'

/** Longest wait that a timer takes. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** Does things at their times, with one timer for all of them. */
export class Agenda {
  readonly #tasks = new DueHeap<() => void>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** Things that have not happened yet. */
  get size(): number {
    return this.#tasks.size
  }

  at(dueMs: number, task: () => void): void {
    const isNext = dueMs < (this.#tasks.nextMs ?? Infinity)
    this.#tasks.push(task, dueMs)
    if (isNext) this.#wait()
  }

  /** What has not happened by now never does. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #wait(): void {
    clearTimeout(this.#timer)
    const { nextMs } = this.#tasks
    if (nextMs === undefined || this.#isClosed) return
    const waitMs = Math.min(TIMER_MS_MAX, Math.max(0, nextMs - Date.now()))
    this.#timer = setTimeout(() => this.#run(), waitMs)
  }

  #run(): void {
    const nowMs = Date.now()
    for (let task = this.#tasks.pop(nowMs); task !== undefined; task = this.#tasks.pop(nowMs)) {
      task()
    }
    this.#wait()
  }
}
