import { call, news, stopMarketing } from './account-stories.ts'
import { echo, longAgo } from './odd-stories.ts'
import { type Category, react, receive, send, type Story } from './scene.ts'
import { templateOf } from './templates.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const TURNS_MAX = 12
const GROUPS_PER_NUMBER = 40
/** Of the marketing messages that were read; each of those that were not before it here. */
const ANSWERED = 0.04
const REACTED_TO = 0.04
const STOPPED = 0.004

/** A customer asks, the business answers, and so on. */
const chat: Story = (scene, startMs) => {
  const { business, dice, number } = scene
  const customer = business.pickCustomer(dice, number)
  let atMs = startMs
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    for (let index = dice.int(1, 3); index > 0; index -= 1) {
      receive(scene, { customer, atMs })
      atMs += dice.int(5_000, 40_000)
    }
    if (!dice.chance(0.9)) return
    atMs += dice.logNormal(6 * MINUTE_MS, 1.3)
    let answer = send(scene, { customer, atMs, category: 'service' })
    if (dice.chance(0.3)) {
      atMs += dice.int(5_000, 40_000)
      answer = send(scene, { customer, atMs, category: 'service' })
    }
    if (answer.readMs !== null && dice.chance(0.06)) react(scene, answer, answer.readMs + 9_000)
    if (answer.readMs === null || !dice.chance(0.55)) return
    atMs = answer.readMs + dice.logNormal(2 * MINUTE_MS, 1.2)
    if (dice.chance(0.15)) {
      receive(scene, { customer, atMs, answers: answer })
      atMs += dice.int(5_000, 40_000)
    }
  }
}

/** What nobody asked for at that moment: a receipt, a code, a reminder. */
const notification: Story = (scene, startMs) => {
  const { business, dice, number } = scene
  const customer = business.pickCustomer(dice, number)
  const category: Category = dice.chance(0.25) ? 'authentication' : 'utility'
  const callbackData = dice.chance(0.6) ? templateOf(dice, number, category) : null
  send(scene, { customer, atMs: startMs, category, callbackData })
}

/** The same marketing message to many customers within an hour; a few of them answer. */
const broadcast: Story = (scene, startMs) => {
  const { business, dice, number } = scene
  const callbackData = templateOf(dice, number, 'marketing')
  for (let index = dice.int(20, 200); index > 0; index -= 1) {
    const customer = business.pickCustomer(dice, number)
    const atMs = startMs + dice.int(0, HOUR_MS)
    const sent = send(scene, { customer, atMs, category: 'marketing', callbackData })
    if (sent.readMs === null) continue
    const answeredMs = sent.readMs + dice.logNormal(3 * MINUTE_MS, 1.2)
    if (dice.chance(ANSWERED)) receive(scene, { customer, atMs: answeredMs, answers: sent })
    else if (dice.chance(REACTED_TO)) react(scene, sent, answeredMs)
    else if (dice.chance(STOPPED)) stopMarketing(scene, customer, answeredMs)
  }
}

/** A group has participants, who come again. */
const group: Story = (scene, startMs) => {
  const { business, dice, number } = scene
  const index = dice.int(0, GROUPS_PER_NUMBER - 1)
  const name = `capi_group:${number.displayNumber}:1203630${String(index).padStart(11, '0')}`
  const id = Buffer.from(name).toString('base64')
  const participants = Array.from({ length: 3 + (index % 12) }, (_, place) =>
    business.customerOf(number, (index * 12 + place) % number.customersMax),
  )
  const customer = dice.pick(participants)
  const sent = send(scene, {
    customer,
    atMs: startMs,
    category: 'utility',
    group: { id, participants },
  })
  for (let answers = dice.int(0, 2); answers > 0; answers -= 1) {
    const atMs = startMs + dice.logNormal(5 * MINUTE_MS, 1)
    receive(scene, { customer: dice.pick(participants), atMs, groupId: id, answers: sent })
  }
}

/** How often each story begins, beside the others. */
export const stories: readonly (readonly [number, Story])[] = [
  [1_000, chat],
  [3_100, notification],
  [28, broadcast],
  [50, group],
  [70, echo],
  [2, longAgo],
  [25, call],
  [6, news],
]
