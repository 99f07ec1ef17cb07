import { randomBytes } from 'node:crypto'
import { compressParcel } from '../../traffic/compress-parcel.ts'
import { messageParcel } from '../../traffic/inbound.ts'
import { createRandom, type Random } from '../../traffic/random.ts'
import { newMessageId, type Scene } from '../../traffic/scenario.ts'
import {
  type JsonObject,
  type Occurrence,
  type Parcel,
  type SimulatedChannel,
} from '../../traffic/traffic.ts'
import { type Line } from '../delivery/line.ts'
import { type Agenda } from '../messages/agenda.ts'
import { customerOf, sceneOf, toChannel } from '../messages/scene-of.ts'
import { type SendRequest, tellSent } from '../messages/tell-sent.ts'
import { toOutgoing } from '../messages/to-outgoing.ts'
import { type ProviderNumber } from '../options/provider-options.ts'
import { type Fault } from './faults.ts'
import { KeyRing } from './key-ring.ts'
import { Recent } from './recent.ts'
import { Throughput } from './throughput.ts'

const KEY_BYTES = 24
/** Messages of a number that are remembered in each direction. */
const REMEMBERED_MAX = 100_000
/**
 * Of a number that nobody has upgraded.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
const MESSAGES_PER_SECOND_MAX = 80
/**
 * After that a message cannot be marked any more.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/mark-message-as-read
 */
const READABLE_MS = 30 * 86_400_000

export interface ReadMark {
  readonly messageId: string
  readonly atMs: number
  /** How often it was marked. */
  readonly times: number
}

interface ReceivedMessage {
  readonly messageId: string
  readonly atMs: number
}

export interface BusinessNumberOptions {
  readonly number: ProviderNumber
  readonly agenda: Agenda
  readonly seed: string
  readonly timeFactor: number
}

/** A phone number of a business: who may use it, where its webhooks go, what it sent and read. */
export class BusinessNumber {
  readonly number: ProviderNumber
  readonly channel: SimulatedChannel
  readonly keys: KeyRing
  /** Set for the number itself. */
  webhookUrl: string | undefined
  headers: Readonly<Record<string, string>>
  fault: Fault | undefined
  sentCount = 0
  receivedCount = 0
  readonly #options: BusinessNumberOptions
  readonly #random: Random
  readonly #sent = new Recent<string>(REMEMBERED_MAX)
  readonly #received = new Recent<ReceivedMessage>(REMEMBERED_MAX)
  readonly #read = new Recent<ReadMark>(REMEMBERED_MAX)
  readonly #lines: Lines
  readonly #throughput: Throughput

  constructor(options: BusinessNumberOptions, lines: Lines) {
    const { number, seed } = options
    this.#options = options
    this.#lines = lines
    this.number = number
    this.channel = toChannel(number)
    this.#random = createRandom(`${seed}/${number.numberId}`)
    this.keys = new KeyRing(number.key ?? newKey())
    this.webhookUrl = number.webhookUrl
    this.headers = number.headers ?? {}
    this.#throughput = new Throughput(number.messagesPerSecondMax ?? MESSAGES_PER_SECOND_MAX)
  }

  get line(): Line {
    return this.#lines.own
  }

  /**
   * Accepts a message from the business, which then goes its way. Returns its id; undefined when
   * the number has sent too many in this second.
   */
  send(request: SendRequest): string | undefined {
    if (!this.#throughput.take(Date.now())) return undefined
    const scene = this.#sceneWith(request.to, 'outbound')
    const messageId = newMessageId(scene, 'outbound')
    this.sentCount += 1
    this.#sent.set(messageId, messageId)
    for (const parcel of tellSent(scene, { ...request, messageId })) this.#later(parcel, scene)
    return messageId
  }

  /** A customer writes. Returns the id of the message. */
  receive(message: InboundContent): string {
    const scene = this.#sceneWith(message.from, 'inbound', message.name)
    const messageId = message.messageId ?? newMessageId(scene, 'inbound')
    const parcel = messageParcel(scene, {
      messageId,
      atMs: message.atMs ?? scene.startMs,
      content: message.content,
    })
    this.offer(parcel.occurrences)
    return messageId
  }

  /** Something about the number or its account, such as a template that was paused. */
  report({ field, value }: AccountEvent): void {
    const { numberId } = this.number
    this.offer([{ kind: 'account', numberId, field, list: null, item: value, contact: null }])
  }

  /** False when the number has received no such message, or did so more than 30 days ago. */
  markRead(messageId: string): boolean {
    const received = this.#received.get(messageId)
    if (received === undefined || Date.now() - received.atMs > READABLE_MS) return false
    const times = (this.#read.get(messageId)?.times ?? 0) + 1
    this.#read.set(messageId, { messageId, atMs: Date.now(), times })
    return true
  }

  /** Puts updates into the queue as one webhook, or as one for the number and one for the app. */
  offer(occurrences: readonly Occurrence[]): void {
    for (const { item, list } of occurrences) {
      if (list !== 'messages') continue
      this.receivedCount += 1
      const messageId = String(item['id'])
      this.#received.set(messageId, { messageId, atMs: Number(item['timestamp']) * 1_000 })
    }
    const wanted = occurrences.filter(({ field }) => this.#lines.isSubscribed(field))
    for (const line of new Set(wanted.map(({ field }) => this.#lines.of(field)))) {
      const together = wanted.filter(({ field }) => this.#lines.of(field) === line)
      line.offer(toOutgoing(this.channel, together))
    }
  }

  /** Of the messages that it has sent and received, the newest. */
  get messages(): {
    readonly sent: readonly string[]
    readonly received: readonly string[]
    readonly read: readonly ReadMark[]
  } {
    return {
      sent: this.#sent.values(),
      received: this.#received.values().map(({ messageId }) => messageId),
      read: this.#read.values(),
    }
  }

  #sceneWith(waId: string, kind: 'outbound' | 'inbound', name?: string): Scene {
    return sceneOf(this.channel, {
      kind,
      customer: customerOf(waId, name),
      random: this.#random.fork(this.#random.hex(12)),
      startMs: Date.now(),
    })
  }

  #later(parcel: Parcel, { startMs }: Scene): void {
    const { agenda, timeFactor } = this.#options
    const { atMs, occurrences } = compressParcel(parcel, { startMs, timeFactor })
    agenda.at(atMs, () => this.offer(occurrences))
  }
}

/** Where the webhooks of a number go. */
export interface Lines {
  readonly own: Line
  readonly of: (field: string) => Line
  readonly isSubscribed: (field: string) => boolean
}

export interface InboundContent {
  readonly from: string
  readonly name?: string
  /** The type of the message and the object of that type. */
  readonly content: JsonObject
  readonly messageId?: string
  readonly atMs?: number
}

/** The value of any webhook field. */
export interface AccountEvent {
  readonly field: string
  readonly value: JsonObject
}

export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url')
}
