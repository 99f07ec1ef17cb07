import { type Customer } from '../../traffic/customers.ts'
import { createRandom, type Random } from '../../traffic/random.ts'
import { type Scene } from '../../traffic/scenario.ts'
import { type SimulatedChannel, type TrafficKind } from '../../traffic/traffic.ts'
import { type ProviderNumber } from '../options/provider-options.ts'

/** How traffic names a number: bodies are flat only on premises. */
export function toChannel(number: ProviderNumber): SimulatedChannel {
  const { accountId, displayNumber, numberId, provider } = number
  return {
    name: numberId,
    dialect: provider === 'on-premises' ? 'flat' : 'cloud',
    accountId,
    numbers: [{ numberId, displayNumber }],
    // Requests are signed when they are made, with what is valid then.
    credential: { kind: 'path', token: '' },
  }
}

export interface SceneParts {
  readonly kind: TrafficKind
  readonly customer: Customer
  readonly customers?: readonly Customer[]
  readonly random: Random
  readonly startMs: number
}

export function sceneOf(channel: SimulatedChannel, parts: SceneParts): Scene {
  const [number] = channel.numbers
  if (number === undefined) throw new RangeError(`${channel.name} has no number`)
  return { customers: [], ...parts, channel, number }
}

/** A customer who is known by a phone number alone. */
export function customerOf(waId: string, name?: string): Customer {
  return {
    waId,
    userId: null,
    parentUserId: null,
    name: name ?? createRandom(waId).pick(names),
    username: null,
    hidesPhone: false,
  }
}

const names = ['Amina', 'Bram', 'Chloé', 'Diego', 'Erika', 'Farid', 'Grace', 'Hiro']
