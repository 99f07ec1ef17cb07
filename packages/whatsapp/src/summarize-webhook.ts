import { type DeadLetterReason, type Verdict } from '@wabastream/contracts'
import { isObject } from './body/json.ts'
import { decodeBody, parseBody } from './body/parse-body.ts'
import { walkOwnRecord } from './own/own-record.ts'
import { ITEMS_MAX } from './body/items-max.ts'
import { translateWebhook } from './translate-webhook.ts'
import {
  type MessageOrigin,
  type Scope,
  walkWebhook,
  type WebhookVisitor,
} from './body/walk-webhook.ts'

/** What a body holds, in the provider's words, without our positions and ids. */
export interface WebhookSummary {
  readonly verdict: Verdict
  /** `id:type:timestamp` of each message, as given; `None` stands for what is missing. */
  readonly messages: readonly string[]
  /** `id:status:timestamp` of each status. */
  readonly statuses: readonly string[]
  readonly errors: number
  readonly otherFields: readonly string[]
  /** Of our own records, and only there: `type:message id:time` of each event. */
  readonly own?: readonly string[]
  readonly deadLetters: readonly DeadLetterReason[]
}

const OFFLINE_NUMBER = 'offline'

/**
 * Summary of one body, for looking at it away from the pipeline. Without `configuredNumber`, flat
 * bodies count as sent to some number, because none is known here. Lists hold what is under the
 * field `messages` or in a flat body, as far as a decoder reads it; times are judged against
 * `receivedAt`.
 */
export function summarizeWebhook(
  body: Uint8Array,
  options: {
    readonly receivedAt: number
    readonly configuredNumber?: string | null
    readonly isOwn?: boolean
  },
): WebhookSummary {
  const { receivedAt, configuredNumber = OFFLINE_NUMBER, isOwn = false } = options
  const { verdict, counts, otherFields, deadLetters } = translateWebhook(body, {
    receiptId: '',
    channel: '',
    rawPartition: 0,
    rawOffset: 0,
    receivedAt,
    configuredNumber,
    isOwn,
    hashText: () => '',
  })
  const lists = new ItemLists()
  const parsed = verdict === 'undecodable' ? null : parseBody(body, decodeBody(body))
  if (parsed?.ok === true) {
    if (isOwn) walkOwnRecord(parsed.root, (item) => lists.ownEvent(item))
    else walkWebhook(parsed.root, lists)
  }
  return {
    verdict,
    messages: lists.messages,
    statuses: lists.statuses,
    ...(isOwn && { own: lists.own }),
    errors: counts.errors,
    otherFields: otherFields.map(toShownText),
    deadLetters: deadLetters.map(({ reason }) => reason),
  }
}

class ItemLists implements WebhookVisitor {
  readonly messages: string[] = []
  readonly statuses: string[] = []
  readonly own: string[] = []

  message(item: unknown, _scope: Scope, origin: MessageOrigin): void {
    if (origin === 'customer' && isObject(item) && this.#isRead()) {
      this.messages.push(toLine(item['id'], item['type'], item['timestamp']))
    }
  }

  status(item: unknown): void {
    if (!isObject(item) || !this.#isRead()) return
    this.statuses.push(toLine(item['id'], item['status'], item['timestamp']))
  }

  ownEvent(item: unknown): void {
    if (!isObject(item) || this.own.length >= ITEMS_MAX) return
    this.own.push(toLine(item['type'], item['message_id'], item['marked_at']))
  }

  #isRead(): boolean {
    return this.messages.length + this.statuses.length < ITEMS_MAX
  }

  error(): void {}
  notification(): void {}
  otherField(): void {}
  junk(): void {}
}

function toLine(...parts: readonly unknown[]): string {
  return parts.map(toShownText).join(':')
}

function toShownText(value: unknown): string {
  if (value === undefined || value === null) return 'None'
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}
