import { type ReceivedAtProblem, type TimeProblem, type WhatsAppEvent } from '@wabastream/contracts'

/** What metrics need to know about a batch, so that its events need not be kept. */
export class EventTally {
  readonly byType = new Map<WhatsAppEvent['type'], number>()
  readonly byTimeProblem = new Map<TimeProblem, number>()
  readonly byReceivedAtProblem = new Map<ReceivedAtProblem, number>()
  /** Received-at minus provider time of each new fact whose time is known. */
  readonly ingestDelaysMs: number[] = []

  addReceipt(problem: ReceivedAtProblem | null): void {
    if (problem === null) return
    this.byReceivedAtProblem.set(problem, (this.byReceivedAtProblem.get(problem) ?? 0) + 1)
  }

  add({ type, data }: WhatsAppEvent): void {
    this.byType.set(type, (this.byType.get(type) ?? 0) + 1)
    const { providerTime, receivedAt, timeProblem } = data.envelope
    if (timeProblem !== null) {
      this.byTimeProblem.set(timeProblem, (this.byTimeProblem.get(timeProblem) ?? 0) + 1)
    }
    const isHistorical = 'historical' in data && data.historical
    if (providerTime !== null && !isHistorical) this.ingestDelaysMs.push(receivedAt - providerTime)
  }
}
