import { eventTypeOf, identityOf, isEvent, PLACEHOLDERS } from './event-views.ts'
import { groupBy, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { isObject, listOf, objectIn, rawIn, textIn } from './json.ts'
import { type Json } from '../stories/story.ts'

/** What one event says, with the content that its type names. */
interface Said {
  readonly about: Row
  readonly type: string
  readonly content: unknown
  readonly item: Json
}

const SAYING = new Set([
  'MessageReceived',
  'MessageEchoed',
  'MessageEdited',
  'MessageReacted',
  'MessageRevoked',
  'PaymentStatusChanged',
])

/** Every content once: of a message and its placeholder, whose event it is too, the message. */
export function hearContents(facts: readonly HeardFact[]): readonly Said[] {
  const saying = facts.filter((fact) => isEvent(fact) && SAYING.has(eventTypeOf(fact)))
  const inOrder = saying.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
  return groupBy(inOrder, identityOf).flatMap((group) => {
    const all = group.map(toSaid)
    const meant = all.filter(({ type }) => !PLACEHOLDERS.has(type))
    const said = meant.length > 0 ? meant : all
    return said.find(({ content }) => content !== undefined) ?? said.slice(0, 1)
  })
}

function toSaid(fact: HeardFact): Said {
  const { about, atMs, fromBusiness, item, messageId, number, receivedAtMs, word } = fact
  const isByBusiness = ['edited', 'reaction', 'revoked'].includes(word) && fromBusiness
  const eventType = eventTypeOf(fact)
  return {
    ...contentOf(eventType, item),
    item,
    about: {
      received_at: receivedAtMs,
      event_at: atMs,
      number,
      message_id: messageId,
      event_type: eventType,
      contact_id: isByBusiness ? String(item['from']) : (about.contactId ?? ''),
      contact_user_id: isByBusiness ? '' : (about.contactUserId ?? ''),
      from_business: fromBusiness,
    },
  }
}

function contentOf(eventType: string, item: Json): Pick<Said, 'type' | 'content'> {
  if (eventType === 'PaymentStatusChanged') return { type: '', content: item['payment'] }
  if (eventType === 'MessageEdited') {
    const edited = objectIn(objectIn(item, 'edit'), 'message')
    return { type: '', content: edited[textIn(edited, 'type') ?? ''] }
  }
  const type = textIn(item, 'type') ?? 'unknown'
  const isAct = eventType === 'MessageReacted' || eventType === 'MessageRevoked'
  return { type: isAct ? '' : type, content: item[type] }
}

/** Views of one row for each content of some types. */
const VIEWS: Readonly<Record<string, (content: Json, said: Said) => readonly Row[]>> = {
  media: (content, { type }) =>
    ['image', 'audio', 'voice', 'video', 'document', 'sticker'].includes(type)
      ? [
          {
            kind: type,
            media_id: rawIn(content, 'id'),
            mime_type: rawIn(content, 'mime_type'),
            sha256: rawIn(content, 'sha256'),
            size: 'file_size' in content ? Number(content['file_size']) : null,
            file_name: rawIn(content, 'filename'),
            caption: rawIn(content, 'caption'),
            voice: type === 'voice' || content['voice'] === true,
            animated: content['animated'] === true,
          },
        ]
      : [],
  replies: (content, { type }) => {
    if (type === 'button') {
      return [
        {
          kind: 'button',
          reply: '',
          id: '',
          title: rawIn(content, 'text'),
          description: '',
          payload: rawIn(content, 'payload'),
        },
      ]
    }
    const kind = rawIn(content, 'type')
    if (type !== 'interactive' || !['button_reply', 'list_reply'].includes(kind)) return []
    const reply = objectIn(content, kind)
    return [
      {
        kind,
        reply: JSON.stringify(reply),
        id: rawIn(reply, 'id'),
        title: rawIn(reply, 'title'),
        description: rawIn(reply, 'description'),
        payload: rawIn(reply, 'payload'),
      },
    ]
  },
  flow_answers: (content, { type }) =>
    type === 'interactive' && content['type'] === 'nfm_reply'
      ? flowAnswers(objectIn(content, 'nfm_reply'))
      : [],
  orders: (content, { type }) => (type === 'order' ? [orderOf(content)] : []),
  order_items: (content, { type }) =>
    type === 'order'
      ? listOf(content['product_items']).map((product, place) => ({
          catalog_id: rawIn(content, 'catalog_id'),
          item_index: place + 1,
          product_retailer_id: rawIn(product, 'product_retailer_id'),
          quantity: product['quantity'],
          item_price: product['item_price'],
          currency: product['currency'],
        }))
      : [],
  locations: (content, { type }) =>
    type === 'location'
      ? [
          {
            latitude: content['latitude'],
            longitude: content['longitude'],
            name: rawIn(content, 'name'),
            address: rawIn(content, 'address'),
            url: rawIn(content, 'url'),
          },
        ]
      : [],
  referrals: (_, { item }) => {
    const referral = objectIn(item, 'referral')
    return 'source_id' in referral
      ? [
          {
            referral: JSON.stringify(referral),
            source_type: referral['source_type'],
            ad_id: referral['source_id'],
            source: referral['source_url'],
            headline: referral['headline'],
            body: referral['body'],
            media_type: referral['media_type'],
            ctwa_clid: referral['ctwa_clid'],
          },
        ]
      : []
  },
}

function flowAnswers(reply: Json): readonly Row[] {
  // Numbers keep every digit.
  const answers = JSON.parse(rawIn(reply, 'response_json'), (_, value, { source }) =>
    typeof value === 'number' ? JSON.rawJSON(String(source)) : value,
  )
  const shared = { flow: rawIn(reply, 'name') }
  if (!isObject(answers)) {
    const value = rawIn(reply, 'response_json')
    return [{ ...shared, flow_token: '', screen: '', field: '', value }]
  }
  return Object.entries(answers)
    .filter(([field]) => field !== 'flow_token' && field !== 'screen')
    .map(([field, value]) => ({
      ...shared,
      flow_token: rawIn(answers, 'flow_token'),
      screen: /^screen_\d+/.exec(field)?.[0] ?? '',
      field,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }))
}

function orderOf(content: Json): Row {
  const products = listOf(content['product_items'])
  const currencies = new Set(products.map((product) => rawIn(product, 'currency')))
  const sumOf = (valueOf: (product: Json) => number): number =>
    products.reduce((sum, product) => sum + valueOf(product), 0)
  return {
    catalog_id: rawIn(content, 'catalog_id'),
    note: rawIn(content, 'text'),
    products: products.map((product) => JSON.stringify(product)),
    items: products.length,
    quantity: sumOf(({ quantity }) => Number(quantity)),
    currencies: [...currencies],
    total:
      currencies.size > 1
        ? null
        : sumOf(({ item_price, quantity }) => Number(quantity) * Number(item_price)),
    currency: currencies.size === 1 ? [...currencies].join('') : '',
  }
}

/** Rows by the view's name. */
export function expectContents(said: readonly Said[]): Readonly<Record<string, readonly Row[]>> {
  const ofType = (rowsOf: (content: Json, one: Said) => readonly Row[]): readonly Row[] =>
    said.flatMap((one) =>
      rowsOf(isObject(one.content) ? one.content : {}, one).map((row) => ({
        ...one.about,
        ...row,
      })),
    )
  const views = Object.entries(VIEWS).map(([name, rowsOf]) => [name, ofType(rowsOf)] as const)
  return {
    ...Object.fromEntries(views),
    contents: said
      .filter(({ content }) => content !== undefined)
      .map(({ about, content, type }) => ({
        ...about,
        message_type: type,
        content: JSON.stringify(content),
      })),
    contact_cards: said.flatMap(({ about, content, type }) =>
      type === 'contacts'
        ? listOf(content).map((card, place) => ({ ...about, ...cardOf(card, place) }))
        : [],
    ),
  }
}

function cardOf(card: Json, place: number): Row {
  const phones = listOf(card['phones'])
  return {
    card_index: place + 1,
    name: rawIn(objectIn(card, 'name'), 'formatted_name'),
    company: rawIn(objectIn(card, 'org'), 'company'),
    phones: phones.map((phone) => rawIn(phone, 'phone')),
    whatsapp_ids: phones.flatMap((phone) => textIn(phone, 'wa_id') ?? []),
    emails: listOf(card['emails']).map((email) => rawIn(email, 'email')),
    card: JSON.stringify(card),
  }
}
