import { type DeadLetterReason, type Verdict, type WhatsAppEvent } from '@wabastream/contracts'
import { type ItemContext, type WebhookContext } from './items/item-context.ts'
import { ITEMS_MAX } from './body/items-max.ts'
import { isObject, type JsonObject, toObject, toSharedId } from './body/json.ts'
import { type BodyProblem, decodeBody, parseBody } from './body/parse-body.ts'
import { translateMessage } from './items/translate-message.ts'
import { translateError, translateNotification } from './items/translate-notification.ts'
import { translateStatus } from './items/translate-status.ts'
import { walkOwnRecord } from './own/own-record.ts'
import { translateOwn } from './own/translate-own.ts'
import { translateStatusBody } from './status-body/translate-status-body.ts'
import { NO_COUNTS, type TranslatedWebhook, type WebhookDeadLetter } from './translated-webhook.ts'
import {
  type MessageOrigin,
  type Notification,
  type Scope,
  walkWebhook,
  type WebhookVisitor,
} from './body/walk-webhook.ts'

const NOBODYS = { accountId: null, displayNumber: null }

/** Events of one body of any dialect. Never throws; what is not understood is a dead letter. */
export function translateWebhook(body: Uint8Array, context: WebhookContext): TranslatedWebhook {
  const text = decodeBody(body)
  if (context.isOwn !== true) {
    const events = translateStatusBody(body, text, context)
    if (events !== undefined) return toTranslatedStatuses(events)
  }
  const parsed = parseBody(body, text)
  if (!parsed.ok) return toUndecodable(parsed)
  const translation = new Translation(context)
  const problem =
    context.isOwn === true
      ? walkOwnRecord(parsed.root, (item) => translation.own(item))
      : walkWebhook(parsed.root, translation)
  if (problem !== null) return toUndecodable({ reason: 'wrong_shape', detail: problem })
  if (parsed.replaced) {
    const detail = 'bytes that are not UTF-8 were replaced'
    translation.deadLetters.push({ reason: 'not_json', detail, itemIndex: -1, item: undefined })
  }
  return translation.result()
}

function toTranslatedStatuses(events: readonly WhatsAppEvent[]): TranslatedWebhook {
  const { length } = events
  return {
    verdict: 'decoded',
    counts: { ...NO_COUNTS, statuses: length },
    otherFields: [],
    events,
    positions: length,
    deadLetters: [],
  }
}

function toUndecodable({
  reason,
  detail,
}: {
  readonly reason: BodyProblem['reason'] | 'wrong_shape'
  readonly detail: string
}): TranslatedWebhook {
  return {
    verdict: 'undecodable',
    counts: NO_COUNTS,
    otherFields: [],
    events: [],
    positions: 0,
    deadLetters: [{ reason, detail, itemIndex: -1, item: undefined }],
  }
}

/** Collects events while a webhook is walked, and numbers its items. */
class Translation implements WebhookVisitor {
  readonly events: WhatsAppEvent[] = []
  readonly deadLetters: WebhookDeadLetter[] = []
  readonly #otherFields: unknown[] = []
  readonly #webhook: WebhookContext
  readonly #counts = { ...NO_COUNTS }
  #itemCount = 0
  #positions = 0
  #load = 0
  #unread = 0

  constructor(webhook: WebhookContext) {
    this.#webhook = webhook
  }

  message(item: unknown, scope: Scope, origin: MessageOrigin): void {
    if (origin === 'customer') this.#counts.messages += 1
    else if (origin === 'echo') this.#counts.echoes += 1
    else this.#counts.historyMessages += 1
    if (this.#isBehindLimit(item)) return
    this.#translate(item, scope, (object, context) =>
      translateMessage(object, scope, origin, context),
    )
  }

  status(item: unknown, scope: Scope): void {
    this.#counts.statuses += 1
    if (this.#isBehindLimit(item)) return
    this.#translate(item, scope, (object, context) => {
      const event = translateStatus(object, scope, context)
      return typeof event === 'string' ? event : [event]
    })
  }

  error(item: unknown, scope: Scope): void {
    this.#counts.errors += 1
    if (this.#isBehindLimit(item)) return
    this.#translate(item, scope, (object, context) => [translateError(object, context)])
  }

  /** Usually about an account rather than a number: an empty number is no problem here. */
  notification(notification: Notification, scope: Scope): void {
    this.#counts.notifications += 1
    if (this.#isBehindLimit(notification)) return
    const number = scope.number ?? this.#webhook.configuredNumber ?? ''
    this.#accept([translateNotification(notification, scope, this.#nextItem(number, scope))])
  }

  /** What we did ourselves. It names its number, and shares nothing with other items. */
  own(item: unknown): void {
    this.#counts.notifications += 1
    if (this.#isBehindLimit(item)) return
    const number = toSharedId(toObject(item)?.['number'])
    this.#translate(item, { ...NOBODYS, number }, translateOwn)
  }

  otherField(givenField: unknown): void {
    if (this.#unread === 0) this.#otherFields.push(givenField)
  }

  junk(item: unknown, detail: string): void {
    if (this.#isBehindLimit(item)) return
    this.#refuse('wrong_shape', detail, item, this.#itemCount)
    this.#itemCount += 1
  }

  result(): TranslatedWebhook {
    if (this.#unread > 0) {
      const detail = `${this.#unread} items behind the first ${this.#itemCount} were not read`
      this.#refuse('too_many_items', detail, undefined, this.#itemCount)
    }
    return {
      verdict: this.#verdict(),
      counts: this.#counts,
      otherFields: this.#otherFields,
      events: this.events,
      positions: this.#positions,
      deadLetters: this.deadLetters,
    }
  }

  /** All items after the limit share one letter. */
  #isBehindLimit(item: unknown): boolean {
    this.#load += loadOf(item)
    if (this.#unread === 0 && this.#load <= ITEMS_MAX) return false
    this.#unread += 1
    return true
  }

  #translate(
    item: unknown,
    scope: Pick<Scope, 'number' | 'accountId' | 'displayNumber'>,
    translate: (item: JsonObject, context: ItemContext) => readonly WhatsAppEvent[] | string,
  ): void {
    const number = scope.number ?? this.#webhook.configuredNumber ?? null
    const context = this.#nextItem(number ?? '', scope)
    if (!isObject(item)) {
      return this.#refuse('item_invalid', 'item is not an object', item, context.itemIndex)
    }
    if (number === null) {
      return this.#refuse('unknown_number', 'no phone number id', item, context.itemIndex)
    }
    const events = translate(item, context)
    if (typeof events === 'string') this.#refuse('item_invalid', events, item, context.itemIndex)
    else this.#accept(events)
  }

  #nextItem(number: string, scope: ItemContext['scope']): ItemContext {
    const itemIndex = this.#itemCount
    this.#itemCount += 1
    return { webhook: this.#webhook, number, scope, itemIndex }
  }

  #accept(events: readonly WhatsAppEvent[]): void {
    this.#positions += 1
    for (const event of events) this.events.push(event)
  }

  #refuse(reason: DeadLetterReason, detail: string, item: unknown, itemIndex: number): void {
    this.deadLetters.push({ reason, detail, itemIndex, item })
  }

  #verdict(): Verdict {
    if (this.deadLetters.length > 0) return 'partial'
    return this.#itemCount === 0 ? 'empty' : 'decoded'
  }
}

/** Each error of an item becomes a part of its event, and a row. */
function loadOf(item: unknown): number {
  const errors = isObject(item) ? item['errors'] : undefined
  return Array.isArray(errors) ? Math.max(1, errors.length) : 1
}
