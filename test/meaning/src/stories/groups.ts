import { someContent } from './contents.ts'
import { failureOf, reaction } from './messages.ts'
import {
  contactOf,
  type Customer,
  HOUR,
  type Json,
  named,
  type Scenario,
  type Scene,
  SECOND,
  seconds,
  tell,
  type Telling,
} from './story.ts'

const PARTICIPANT = { id: 'recipient_participant_id', userId: 'recipient_participant_user_id' }

/** To a group: sent once, then a ladder for each participant; either may be lost, or refused. */
export const sentToGroup: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const members = random.shuffle(scene.customers).slice(0, 3)
  const group = { recipient_id: `group ${id}`, recipient_type: 'group' }
  const fact = (item: Json, atMs: number): Telling =>
    tell(scene, atMs, {
      list: 'statuses',
      item: { id, timestamp: seconds(atMs), ...group, ...item },
    })
  const price = { pricing_model: 'PMP', type: 'regular', category: 'group_marketing' }
  const ofMember = (member: Customer): readonly Telling[] => {
    const who = participant(scene, member)
    // Some phones are on only in another hour, or on another day.
    const atMs = startMs + random.int(random.chance(0.2) ? 20 * HOUR : 90 * SECOND)
    if (random.chance(0.2)) return [fact({ ...who, ...failureOf(131026) }, startMs + SECOND)]
    return [
      fact({ ...who, status: 'delivered', pricing: price }, atMs),
      ...(random.chance(0.5)
        ? [fact({ ...laterNamed(scene, who), status: 'read' }, atMs + SECOND)]
        : []),
    ]
  }
  const ofGroup = fact(
    { status: 'sent', ...(random.chance(0.5) ? { pricing: price } : {}) },
    startMs,
  )
  // Refused for all of them, who are not named.
  if (random.chance(0.15)) return [fact(failureOf(131026), startMs)]
  // The group's own status is lost, nobody has it yet, or it failed only afterwards.
  if (random.chance(0.25)) return members.flatMap(ofMember)
  if (random.chance(0.1)) return [ofGroup]
  const late = random.chance(0.1) ? [fact(failureOf(131026), startMs + HOUR)] : []
  return [ofGroup, ...members.flatMap(ofMember), ...late]
}

/** A person's phone number may be given no more. */
function laterNamed({ random }: Scene, who: Json): Json {
  const userId = who[PARTICIPANT.userId]
  return userId !== undefined && random.chance(0.5) ? { [PARTICIPANT.userId]: userId } : who
}

function participant({ random }: Scene, member: Customer): Json {
  const ids = named(member, random, PARTICIPANT)
  const { recipient_participant_id: phone, ...rest } = ids
  if (phone === undefined || random.chance(0.8)) return ids
  return { participant_recipient_id: phone, ...rest }
}

/** What participants write in a group, and react to. */
export const wroteInGroup: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const [writer, ...others] = random.shuffle(scene.customers).slice(0, 4)
  if (writer === undefined) return []
  const said = (customer: Customer, item: Json, atMs: number): Telling =>
    tell(scene, atMs, {
      list: 'messages',
      item: {
        ...named(customer, random, { id: 'from', userId: 'from_user_id' }),
        group_id: `group ${id}`,
        timestamp: seconds(atMs),
        ...item,
      },
      contacts: [contactOf(customer, random)],
    })
  return [
    said(writer, { id, ...someContent(random) }, startMs),
    ...others.flatMap((other, place) =>
      random
        .some([1, 2, 3], 0.5)
        .map((step) =>
          said(other, reaction(scene, id, `g${place}${step} `), startMs + step * 5000),
        ),
    ),
  ]
}
