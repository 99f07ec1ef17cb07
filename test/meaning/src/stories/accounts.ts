import { failureOf, reported } from './messages.ts'
import {
  type Change,
  contactOf,
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

const changed = (scene: Scene, change: Change, atMs = scene.startMs): Telling =>
  tell(scene, atMs, change)

/** A call of either side: taken, missed, rejected, or cut off in what is told of it. */
export const called: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const customer = random.pick(scene.customers)
  const own = scene.place.display.replaceAll(/\D/g, '')
  const isTaken = random.chance(0.5)
  const isOurs = random.chance(0.4)
  const sides = (): Json =>
    isOurs
      ? { from: own, ...named(customer, random, { id: 'to', userId: 'to_user_id' }) }
      : { ...named(customer, random, { id: 'from', userId: 'from_user_id' }), to: own }
  const direction = isOurs ? 'BUSINESS_INITIATED' : 'USER_INITIATED'
  const value = (item: Json): Json => ({
    ...(random.chance(0.5) ? { contacts: [contactOf(customer, random)] } : {}),
    ...item,
  })
  const call = (item: Json, atMs: number): Telling =>
    changed(
      scene,
      {
        field: 'calls',
        value: value({
          calls: [
            {
              id,
              ...sides(),
              ...(random.chance(0.7) ? { direction } : {}),
              timestamp: seconds(atMs),
              ...item,
            },
          ],
        }),
      },
      atMs,
    )
  const heard = (status: string, atMs: number): Telling =>
    changed(
      scene,
      {
        field: 'calls',
        value: value({
          statuses: [
            {
              id,
              type: 'call',
              status,
              ...named(customer, random, { id: 'recipient_id', userId: 'recipient_user_id' }),
              timestamp: seconds(atMs),
            },
          ],
        }),
      },
      atMs,
    )
  const endMs = startMs + (20 + random.int(200)) * SECOND
  const lasted = isTaken
    ? {
        ...(random.chance(0.8) ? { start_time: seconds(startMs + 5 * SECOND) } : {}),
        end_time: seconds(endMs),
        duration: (endMs - startMs) / SECOND - 5,
      }
    : {}
  const ended = isTaken ? 'COMPLETED' : 'FAILED'
  return random.some(
    [
      call({ event: 'connect', session: { sdp: 'v=0' } }, startMs),
      ...(isOurs ? [heard('RINGING', startMs + SECOND)] : []),
      ...(isOurs ? [heard(isTaken ? 'ACCEPTED' : 'REJECTED', startMs + 2 * SECOND)] : []),
      call({ event: 'terminate', status: random.chance(0.8) ? ended : [ended], ...lasted }, endMs),
    ],
    0.9,
  )
}

/** Who wants no marketing says so, or the provider does by refusing it; some want it again. */
export const optedOut: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const customer = random.pick(scene.customers)
  const prefer = (value: string, atMs: number): Telling =>
    changed(
      scene,
      {
        field: 'user_preferences',
        value: {
          contacts: [{ wa_id: customer.phone ?? undefined, user_id: customer.userId ?? undefined }],
          user_preferences: [
            {
              ...(customer.phone === null ? {} : { wa_id: customer.phone }),
              ...(customer.userId === null || (customer.phone !== null && random.chance(0.5))
                ? {}
                : { user_id: customer.userId }),
              detail: 'User requested',
              category: 'marketing_messages',
              value,
              timestamp: atMs / SECOND,
            },
          ],
        },
      },
      atMs,
    )
  if (random.chance(0.4)) {
    const codes = random.some([131_051, 131_050, 131_026], 0.7)
    const errors = codes.map((code) => ({ code, title: `error ${code}` }))
    return [
      reported(scene, customer, { id, status: 'failed', errors }, startMs),
      ...(random.chance(0.3)
        ? [reported(scene, customer, { id, ...failureOf(131_053) }, startMs + SECOND)]
        : []),
    ]
  }
  return [
    prefer('stop', startMs),
    ...(random.chance(0.4) ? [prefer('resume', startMs + HOUR)] : []),
  ]
}

/** Something is wrong, and no message is named. */
export const erred: Scenario = (scene) => {
  const { random, startMs } = scene
  const code = random.pick([130429, 131_000, 999_002])
  const times = random.chance(0.5) ? [startMs] : [startMs, startMs + 3 * SECOND]
  return times.map((atMs) =>
    tell(scene, atMs, {
      list: 'errors',
      item: {
        code,
        title: 'Error',
        message: 'Error',
        error_data: { details: scene.id },
        href: 'https://example.com',
      },
    }),
  )
}

/** Money for a message: its payment goes through words, and comes back. */
export const paid: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const customer = random.pick(scene.customers)
  const money = (value: number): Json => ({ value, offset: 100, currency: 'INR' })
  const pay = (status: string, payment: Json, atMs: number): Telling =>
    reported(
      scene,
      customer,
      {
        id,
        type: 'payment',
        status,
        payment: { reference_id: `ref ${id}`, amount: money(1000), ...payment },
      },
      atMs,
    )
  const refund = random.pick([400, 1000])
  return random.some(
    [
      reported(scene, customer, { id, status: 'sent' }, startMs),
      pay('pending', {}, startMs + SECOND),
      ...(random.chance(0.3) ? [pay('failed', {}, startMs + 2 * SECOND)] : []),
      pay('captured', {}, startMs + 3 * SECOND),
      ...(random.chance(0.5)
        ? [
            pay(
              'captured',
              { refunds: [{ id: 'r', amount: money(refund), status: 'success' }] },
              startMs + HOUR,
            ),
          ]
        : []),
    ],
    0.8,
  )
}

/** A person's ids move: by a notice in the conversation, or by a change of its own. */
export const moved: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const { phone, userId } = random.pick(scene.customers)
  const message = (item: Json): Telling =>
    tell(scene, startMs, { list: 'messages', item: { id, timestamp: seconds(startMs), ...item } })
  if (phone !== null && random.chance(0.4)) {
    const next = `${phone.slice(0, -1)}${random.int(10)}`
    return [
      message({
        from: phone,
        type: 'system',
        system: { type: 'user_changed_number', body: 'changed', wa_id: next },
      }),
    ]
  }
  if (userId === null) return [message({ from: phone, type: 'request_welcome' })]
  const next = `${userId.slice(0, -1)}${random.int(10)}`
  if (random.chance(0.5)) {
    const system = {
      type: 'user_changed_user_id',
      body: 'changed',
      user_id: next,
      previous_user_id: userId,
    }
    return [message({ from_user_id: userId, type: 'system', system })]
  }
  return [
    changed(scene, {
      field: 'user_id_update',
      value: {
        user_id_update: [
          {
            ...(phone === null ? {} : { wa_id: phone }),
            user_id: { previous: userId, current: next },
            timestamp: seconds(startMs),
          },
        ],
      },
      time: startMs / SECOND,
    }),
  ]
}
