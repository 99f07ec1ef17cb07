import { type Random } from './random.ts'

export type Json = { readonly [key: string]: unknown }

/** One of the business's numbers; without an account its webhooks are flat. */
export interface Place {
  readonly account: string | null
  readonly number: string
  readonly display: string
  /** Told by 360dialog's partner webhooks, in their envelope. */
  readonly isPartners?: true
}

/** What a webhook is about to say, and when. */
export interface Telling {
  readonly atMs: number
  readonly place: Place
  readonly said: Item | Change
  /** While another sender handles the conversation. */
  readonly isStandby?: true
}

/** An item of a list, with the contacts that stand beside it. */
export interface Item {
  readonly list: 'messages' | 'statuses' | 'errors' | 'message_echoes'
  readonly item: Json
  readonly contacts?: readonly Json[]
}

/** A change of another field, whole. */
export interface Change {
  readonly field: string
  readonly value: Json
  /** Seconds. */
  readonly time?: number
}

export interface Customer {
  readonly phone: string | null
  readonly userId: string | null
  readonly parentId: string | null
  readonly username: string | null
  readonly name: string
  /** The same number, as contact blocks may write it. */
  readonly otherwise: string | null
}

/** What a scenario is told with. */
export interface Scene {
  readonly random: Random
  readonly place: Place
  /** Whole seconds, in ms. */
  readonly startMs: number
  /** Begins every id of the scenario; two scenes in two accounts may share it. */
  readonly id: string
  readonly customers: readonly Customer[]
}

export type Scenario = (scene: Scene) => readonly Telling[]

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The provider's times: unix seconds as text. */
export const seconds = (ms: number): string => String(Math.floor(ms / SECOND))

/** The provider tells at once, or late; so orders change. */
export function lateBy({ random }: Scene): number {
  if (random.chance(0.1)) return random.int(6 * HOUR)
  return random.int(random.chance(0.3) ? 90_000 : 3000)
}

export const tell = (scene: Scene, atMs: number, said: Item | Change): Telling => ({
  atMs: atMs + lateBy(scene),
  place: scene.place,
  said,
})

export function contactOf(customer: Customer, random: Random): Json {
  const both = random.chance(0.7)
  const { name, otherwise, parentId, userId, username } = customer
  const phone = otherwise !== null && random.chance(0.5) ? otherwise : customer.phone
  return {
    profile: { name, ...(username === null ? {} : { username }) },
    ...(phone === null ? {} : { wa_id: phone }),
    ...(userId === null || (phone !== null && !both) ? {} : { user_id: userId }),
    ...(parentId === null || userId === null || !both ? {} : { parent_user_id: parentId }),
  }
}

/** By phone, by user id, or by both, under the names that a kind of item has for them. */
export function named(
  customer: Customer,
  random: Random,
  { id, userId }: { readonly id: string; readonly userId: string },
): Json {
  const isBoth = random.chance(0.4)
  if (customer.phone === null) return { [userId]: customer.userId }
  if (customer.userId === null || !isBoth) return { [id]: customer.phone }
  return { [id]: customer.phone, [userId]: customer.userId }
}
