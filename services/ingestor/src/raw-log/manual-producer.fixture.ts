import { type ChainedProducer, type OutgoingRecord } from '@wabastream/processing'

export interface ManualSend {
  readonly partition: number
  readonly records: readonly OutgoingRecord[]
  ack(): void
  refuse(error: Error): void
}

/** For tests: a producer whose answers the test gives, one by one or as they come. */
export class ManualProducer implements Pick<ChainedProducer, 'send' | 'isHealthy'> {
  readonly sends: ManualSend[] = []
  isAutomatic = false
  isWell = true

  get records(): readonly OutgoingRecord[] {
    return this.sends.flatMap((send) => send.records)
  }

  isHealthy(): boolean {
    return this.isWell
  }

  send(
    target: { readonly partition: number },
    records: readonly OutgoingRecord[],
  ): Promise<{ readonly baseOffset: number }> {
    const answer = Promise.withResolvers<{ readonly baseOffset: number }>()
    this.sends.push({
      partition: target.partition,
      records,
      ack: () => answer.resolve({ baseOffset: 0 }),
      refuse: (error) => answer.reject(error),
    })
    if (this.isAutomatic) answer.resolve({ baseOffset: 0 })
    return answer.promise
  }
}
