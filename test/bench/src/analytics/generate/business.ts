import { createChooser, Dice, seedOf } from './dice.ts'

const ACCOUNTS = 5
/** Messages that a customer has with a number in a month, about. */
const MESSAGES_PER_CUSTOMER = 12
const DAYS = 30
const NAMES = [
  'Ada', 'Bruno', 'Chidi', 'Dalia', 'Emre', 'Fátima', 'Giulia', 'Håkon', 'Inés', 'João', 'Käthe',
  'Léa', 'Mehmet', 'Ngozi', 'Олена', 'Priya', '恵子', 'Rāma', 'Siân', 'Zoë 🌻',
] // prettier-ignore
const FAMILIES = ['Silva', 'Müller', 'García', 'Okafor', 'Sharma', 'Rossi', 'Yılmaz', 'Smith', '']
const COUNTRIES = [
  { code: '55', iso: 'BR', digits: 11 },
  { code: '91', iso: 'IN', digits: 10 },
  { code: '49', iso: 'DE', digits: 11 },
  { code: '52', iso: 'MX', digits: 11 },
  { code: '1', iso: 'US', digits: 10 },
  { code: '44', iso: 'GB', digits: 10 },
  { code: '62', iso: 'ID', digits: 11 },
  { code: '234', iso: 'NG', digits: 10 },
] as const

export interface BusinessNumber {
  readonly index: number
  readonly number: string
  readonly accountId: string
  readonly displayNumber: string
  readonly channel: string
  /** Its messages are priced by conversation, as all were formerly. */
  readonly isByConversation: boolean
  readonly homeIndex: number
  readonly customersMax: number
}

export interface Customer {
  /** Null where only the user id is known. */
  readonly id: string | null
  readonly userId: string | null
  readonly parentUserId: string | null
  readonly username: string | null
  readonly name: string
  /** Digits in the ids of the customer's messages. */
  readonly phone: string
}

/** Numbers of unequal volume, each with customers of its own. */
export class Business {
  readonly numbers: readonly BusinessNumber[]
  readonly #seed: number
  readonly #choose: (at: number) => number

  constructor(options: {
    readonly seed: number
    readonly numbers: number
    readonly messagesPerDay: number
  }) {
    const { messagesPerDay, seed } = options
    const weights = Array.from({ length: options.numbers }, (_, index) => (index + 1) ** -0.8)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const customers = (messagesPerDay * DAYS) / MESSAGES_PER_CUSTOMER
    this.#seed = seed
    this.#choose = createChooser(weights)
    this.numbers = weights.map((weight, index) =>
      toNumber(new Dice(seedOf(seed, index, -1)), {
        index,
        customersMax: Math.max(20, Math.round((customers * weight) / total)),
      }),
    )
  }

  pickNumber(dice: Dice): BusinessNumber {
    const number = this.numbers[this.#choose(dice.next())]
    if (number === undefined) throw new RangeError('no number')
    return number
  }

  /** Some customers come more often than others. */
  pickCustomer(dice: Dice, number: BusinessNumber): Customer {
    return this.customerOf(number, Math.floor(number.customersMax * dice.next() ** 1.5))
  }

  /** The same one whenever the index is the same. */
  customerOf(number: BusinessNumber, index: number): Customer {
    const dice = new Dice(seedOf(this.#seed, number.index, index))
    const country = COUNTRIES[dice.chance(0.85) ? number.homeIndex : dice.int(0, 7)]
    if (country === undefined) throw new RangeError('no country')
    const phone = `${country.code}${dice.int(1, 9)}${dice.digits(country.digits - 1)}`
    const hasUserId = dice.chance(0.6)
    const userId = hasUserId ? `${country.iso}.1${dice.digits(15)}` : null
    const isHidden = hasUserId && dice.chance(0.08)
    return {
      id: isHidden ? null : phone,
      userId,
      parentUserId: hasUserId && dice.chance(0.1) ? `${country.iso}.ENT.1${dice.digits(11)}` : null,
      username: hasUserId && dice.chance(0.3) ? `@user${dice.digits(6)}` : null,
      name: `${dice.pick(NAMES)} ${dice.pick(FAMILIES)}`.trim(),
      phone,
    }
  }
}

function toNumber(
  dice: Dice,
  { index, customersMax }: { readonly index: number; readonly customersMax: number },
): BusinessNumber {
  return {
    index,
    number: `10${dice.digits(13)}`,
    accountId: `20${index % ACCOUNTS}0000000000${index % ACCOUNTS}`,
    displayNumber: `1555${dice.digits(7)}`,
    channel: `channel-${index % ACCOUNTS}`,
    isByConversation: index % 7 === 3,
    homeIndex: index % COUNTRIES.length,
    customersMax,
  }
}
