import { type Customer, toContact } from './customers.ts'
import { cloudMessageId, type Direction, onPremMessageId } from './ids.ts'
import { type Random } from './random.ts'
import {
  type JsonObject,
  type Occurrence,
  type Parcel,
  type SimulatedChannel,
  type SimulatedNumber,
  type TrafficKind,
} from './traffic.ts'

/** The setting of a scenario: one conversation of one number. */
export interface Scene {
  readonly kind: TrafficKind
  readonly random: Random
  readonly channel: SimulatedChannel
  readonly number: SimulatedNumber
  readonly customer: Customer
  /** The other members of a group. */
  readonly customers: readonly Customer[]
  readonly startMs: number
}

/** A little story, as the webhooks that it causes. */
export type Scenario = (scene: Scene) => readonly Parcel[]

export function newMessageId(scene: Scene, direction: Direction): string {
  return scene.channel.dialect === 'cloud'
    ? cloudMessageId(scene.random, scene.customer.waId, direction)
    : onPremMessageId(scene.random, scene.customer.waId, direction)
}

/** An item of field `messages`, alone in its parcel. */
export function toParcel(
  scene: Scene,
  atMs: number,
  part: { readonly list: string; readonly item: JsonObject; readonly withContact?: boolean },
): Parcel {
  const contact = part.withContact === true ? toContact(scene.customer) : null
  return {
    channel: scene.channel.name,
    atMs,
    occurrences: [toOccurrence(scene, { field: 'messages', contact, ...part })],
  }
}

/** The whole value of a field. */
export function toFieldParcel(
  scene: Scene,
  atMs: number,
  part: { readonly field: string; readonly value: JsonObject },
): Parcel {
  const whole = { field: part.field, list: null, item: part.value, contact: null }
  return {
    channel: scene.channel.name,
    atMs,
    occurrences: [toOccurrence(scene, whole)],
  }
}

export function toOccurrence(
  scene: Scene,
  part: Pick<Occurrence, 'field' | 'list' | 'item' | 'contact'>,
): Occurrence {
  return {
    kind: scene.kind,
    numberId: scene.number.numberId,
    field: part.field,
    list: part.list,
    item: part.item,
    contact: part.contact,
  }
}
