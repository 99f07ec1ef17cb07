import { type Customer } from './business.ts'
import { type Scene, type Story } from './scene.ts'
import { templateOf } from './templates.ts'

/** A call is what the account's events say of it: how it begins, and how it ends. */
export const call: Story = (scene, startMs) => {
  const { business, dice, number } = scene
  const customer = business.pickCustomer(dice, number)
  const id = `wacid.${dice.hex(32)}`
  const seconds = dice.int(5, 900)
  const isTaken = dice.chance(0.7)
  const endMs = startMs + seconds * 1_000
  const item = (event: string, atMs: number, rest: object) => ({
    calls: [
      {
        id,
        from: customer.id ?? '',
        from_user_id: customer.userId ?? '',
        to: number.displayNumber,
        direction: 'USER_INITIATED',
        event,
        timestamp: secondsOf(atMs),
        ...rest,
      },
    ],
  })
  const taken = { start_time: secondsOf(startMs), end_time: secondsOf(endMs), duration: seconds }
  tellAccount(scene, { field: 'calls', atMs: startMs, value: item('connect', startMs, {}) })
  tellAccount(scene, {
    field: 'calls',
    atMs: endMs,
    value: item('terminate', endMs, {
      status: isTaken ? 'COMPLETED' : 'FAILED',
      ...(isTaken && taken),
    }),
  })
}

/** A customer wants no more marketing. */
export function stopMarketing(scene: Scene, customer: Customer, atMs: number): void {
  const who = { wa_id: customer.id ?? '', user_id: customer.userId ?? '' }
  const wish = {
    category: 'marketing_messages',
    value: 'stop',
    timestamp: Math.floor(atMs / 1_000),
  }
  const value = { user_preferences: [{ ...who, ...wish }] }
  tellAccount(scene, { field: 'user_preferences', atMs, value })
}

/** News of templates, numbers and accounts. */
export const news: Story = (scene, startMs) => {
  const { dice, number } = scene
  const template = {
    message_template_id: 1_000 + dice.int(0, 400),
    message_template_name: templateOf(dice, number, 'marketing'),
    message_template_language: 'en_US',
  }
  const kind = dice.int(0, 2)
  const [field, event, value] =
    kind === 0
      ? [
          'message_template_status_update',
          dice.pick(['APPROVED', 'APPROVED', 'PAUSED', 'REJECTED']),
          { ...template, reason: 'NONE' },
        ]
      : kind === 1
        ? [
            'message_template_quality_update',
            undefined,
            {
              ...template,
              previous_quality_score: 'GREEN',
              new_quality_score: dice.pick(['GREEN', 'YELLOW', 'RED']),
            },
          ]
        : [
            'phone_number_quality_update',
            dice.pick(['FLAGGED', 'UNFLAGGED', 'UPGRADE']),
            { display_phone_number: number.displayNumber, current_limit: 'TIER_10K' },
          ]
  tellAccount(scene, { field, event, atMs: startMs, value })
}

function tellAccount(
  { arrivals, number }: Scene,
  told: {
    readonly field: string
    readonly event?: string | undefined
    readonly atMs: number
    readonly value: object
  },
): void {
  const payload = JSON.stringify(told.value)
  arrivals.tell({
    number,
    atMs: told.atMs,
    build: (envelope) => ({
      type: 'AccountEventReceived',
      data: {
        envelope,
        field: told.field,
        accountId: number.accountId,
        event: told.event ?? null,
        payload,
      },
    }),
  })
}

function secondsOf(atMs: number): string {
  return String(Math.floor(atMs / 1_000))
}
