import { describe, expect, it } from '@jest/globals'
import { type ChainedProducer } from '@wabastream/processing'
import { OwnLog } from './own-log.ts'

const aMark = (messageId: string) => ({
  number: '1',
  messageId,
  markedAt: 1_796_000_000_000,
  askedBy: 'on_receipt',
})

describe('the log of what was done', () => {
  it('does not append what waited for a request while the process lost its partitions', async () => {
    const sent: string[] = []
    const answers: PromiseWithResolvers<void>[] = []
    const producer: Pick<ChainedProducer, 'send'> = {
      async send(_target, records) {
        sent.push(...records.map(({ value }) => Buffer.from(value ?? '').toString()))
        const answer = Promise.withResolvers<void>()
        answers.push(answer)
        await answer.promise
        return { baseOffset: 0 }
      },
    }
    let isClosed = false
    const log = new OwnLog({ producer, topic: 'raw', partitions: 3 })
    const isVoid = (): boolean => isClosed
    const first = log.append(aMark('wamid.A'), isVoid)
    const second = log.append(aMark('wamid.B'), isVoid)
    isClosed = true
    answers[0]?.resolve()
    expect(await Promise.all([first, second])).toEqual([true, false])
    expect(sent.map((body) => /wamid\.\w/.exec(body)?.[0])).toEqual(['wamid.A'])
    isClosed = false
    const third = log.append(aMark('wamid.C'), isVoid)
    answers[1]?.resolve()
    expect(await third).toBe(true)
  })
})
