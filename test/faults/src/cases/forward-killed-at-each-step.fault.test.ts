// Goal: whatever a forwarder was doing when it died, each webhook gets there and counts once.
// Method: kill -9 it when it has read and not sent, when all is answered and nothing committed,
// before and after a dead letter is appended, and before it learns that it has committed.
import { setTimeout as delay } from 'node:timers/promises'
import { kafkaApi } from '@wabastream/testing'
import { type ForwardScene, forwardCase } from '../forwarding/forward-case.ts'
import { accept, type Behaviour, refuseWith } from '../forwarding/webhook-receiver.ts'
import { holdAt, type Step } from '../harness/hold-at.ts'

const RATE = 60
/** Several times the time between two commits: what was settled too early is committed by then. */
const HELD_MS = 1_000
/** One in 30 becomes a dead letter. */
const refuses = (receipt: string): boolean => Number(receipt.slice(-7)) % 30 === 0
const answer: Behaviour = (arrival) => {
  if (refuses(arrival.receipt)) refuseWith(422)(arrival)
  else accept(arrival)
}
const steps: readonly Step[] = [
  { name: 'after the answers, before the commit', apiKey: kafkaApi.offsetCommit, at: 'request' },
  { name: 'before a dead letter is appended', apiKey: kafkaApi.produce, at: 'request' },
  { name: 'after a dead letter is appended', apiKey: kafkaApi.produce, at: 'answer' },
  { name: 'after the commit', apiKey: kafkaApi.offsetCommit, at: 'answer' },
]

forwardCase(import.meta.url, {
  title: 'loses nothing and counts nothing twice when a forwarder is killed at each step',
  destinations: [{ refuses, settings: { refusedAfter: 1 } }],
  deadlineMs: 120_000,
  async play(scene) {
    const { faults, feed, keptCount, receivers } = scene
    for (const receiver of receivers) receiver.behave(answer)
    await feed.appendDuring(RATE, async () => {
      await faults.inject('kill -9 after the read', () => killBeforeKeeping(scene), {
        recovers: keptCount,
      })
      for (const step of steps) {
        await faults.inject(`kill -9 ${step.name}`, () => killAt(step, scene), {
          recovers: keptCount,
        })
      }
    })
  },
})

/** The receiver has the request and keeps nothing. */
async function killBeforeKeeping({ receivers, stack }: ForwardScene): Promise<void> {
  const [forwarder] = stack.forwarders
  const reached = Promise.withResolvers<void>()
  for (const receiver of receivers) receiver.behave(() => reached.resolve())
  await reached.promise
  await delay(HELD_MS)
  await forwarder?.kill()
  for (const receiver of receivers) receiver.behave(answer)
  await forwarder?.start()
}

async function killAt(step: Step, { stack }: ForwardScene): Promise<void> {
  for (const instance of stack.forwarders) {
    await holdAt(step, { proxies: stack.proxies, instance }, async () => {
      if (step.apiKey === kafkaApi.produce) await delay(HELD_MS)
      await instance.kill()
      return 'drop'
    })
    await instance.start()
  }
}
