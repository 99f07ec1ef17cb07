import { type Random } from './random.ts'
import { type JsonObject } from './traffic.ts'

export interface Customer {
  readonly waId: string
  readonly userId: string | null
  readonly parentUserId: string | null
  readonly name: string
  readonly username: string | null
  /** Known only by user id: webhooks carry no phone number. */
  readonly hidesPhone: boolean
}

const names = [
  'Ada',
  'Bruno',
  'Chidi',
  'Dalia',
  'Emre',
  'Fátima',
  'Giulia',
  'Håkon',
  'Inés',
  'João',
  'Käthe',
  'Léa',
  'Mehmet',
  'Ngozi',
  'Олена',
  'Priya',
  '恵子',
  'Rāma',
  'Siân',
  'Zoë 🌻',
]

const countries = [
  { code: '1', iso: 'US', digits: 10 },
  { code: '44', iso: 'GB', digits: 10 },
  { code: '49', iso: 'DE', digits: 11 },
  { code: '52', iso: 'MX', digits: 11 },
  { code: '55', iso: 'BR', digits: 11 },
  { code: '91', iso: 'IN', digits: 10 },
  { code: '234', iso: 'NG', digits: 10 },
  { code: '62', iso: 'ID', digits: 11 },
]

function createCustomer(random: Random): Customer {
  const country = random.pick(countries)
  const hasUserId = random.chance(0.4)
  const name = random.pick(names)
  return {
    waId: `${country.code}${random.int(1, 9)}${random.digits(country.digits - 1)}`,
    userId: hasUserId ? `${country.iso}.${random.digits(16)}` : null,
    parentUserId:
      hasUserId && random.chance(0.2) ? `${country.iso}.ENT.${random.digits(12)}` : null,
    name,
    username: hasUserId && random.chance(0.5) ? `user_${random.digits(6)}` : null,
    hidesPhone: hasUserId && random.chance(0.1),
  }
}

export function createCustomers(random: Random, count: number): readonly Customer[] {
  return Array.from({ length: count }, () => createCustomer(random))
}

/** The entry under `contacts`. */
export function toContact(customer: Customer): JsonObject {
  return {
    profile: {
      name: customer.name,
      ...(customer.username === null ? {} : { username: customer.username }),
    },
    ...(customer.hidesPhone ? {} : { wa_id: customer.waId }),
    ...(customer.userId === null ? {} : { user_id: customer.userId }),
    ...(customer.parentUserId === null ? {} : { parent_user_id: customer.parentUserId }),
  }
}

/** How an inbound item names its sender. */
export function senderFields(customer: Customer): JsonObject {
  return {
    ...(customer.hidesPhone ? {} : { from: customer.waId }),
    ...(customer.userId === null ? {} : { from_user_id: customer.userId }),
    ...(customer.parentUserId === null ? {} : { from_parent_user_id: customer.parentUserId }),
  }
}

/** How a status names the recipient. */
export function recipientFields(customer: Customer): JsonObject {
  return {
    ...(customer.hidesPhone ? {} : { recipient_id: customer.waId }),
    ...(customer.userId === null ? {} : { recipient_user_id: customer.userId }),
    ...(customer.parentUserId === null ? {} : { recipient_parent_user_id: customer.parentUserId }),
  }
}
