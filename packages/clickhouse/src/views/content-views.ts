import { contentTexts } from '../dictionary/content-texts.ts'
import { member, readableJson } from './json/payload.ts'
import {
  eventsOnce,
  isPlaceholder,
  notCanary,
  RAW_PLACE,
  type ViewContext,
  type ViewDefinition,
  WITHIN_PARTITIONS,
} from './view-definition.ts'

/** What every view of contents says of the message, before what it says of the content. */
const ABOUT = `received_at, event_at, number, message_id, event_type, contact_id, contact_user_id,
        from_business`

const contentsOf = ({ views }: ViewContext, where: string): string =>
  `FROM (SELECT * REPLACE (${readableJson('content')} AS content, ${readableJson('unread')} AS unread)
        FROM ${views}.contents WHERE ${where})`

const text = (name: string, json = 'content'): string => `JSONExtractString(${json}, '${name}')`
/** As it stands in the body, whether it is written as a number or as a text. */
const raw = (name: string, json = 'content'): string => member(json, name)
const number = (name: string, json = 'content'): string => `toFloat64OrNull(${raw(name, json)})`

const MEDIA = "('image', 'audio', 'voice', 'video', 'document', 'sticker')"

export const contentViews: readonly ViewDefinition[] = [
  {
    // What the provider sends again is said once, when it first came. A message and its placeholder
    // are one event, whichever comes first: what was said wins.
    name: 'contents',
    text: contentTexts.contents,
    select: ({ source }) => `
      SELECT
        number, received_at, message_id, event_type, event_id, message_type, text, contact_name,
        content, unread, event_at, contact_id, contact_user_id, from_business
      FROM (${eventsOnce({
        table: `${source}.message_content`,
        where: notCanary,
        order: `${isPlaceholder}, content = '', ${RAW_PLACE}`,
        unbelieved: 'event_at IS NULL',
      })})
      ${WITHIN_PARTITIONS}`,
  },
  {
    name: 'media',
    text: contentTexts.media,
    select: (context) => `
      SELECT
        ${ABOUT}, message_type AS kind, ${raw('id')} AS media_id, ${text('mime_type')} AS mime_type,
        ${text('sha256')} AS sha256,
        toUInt64OrNull(coalesce(nullIf(${raw('file_size')}, ''), ${raw('size')})) AS size,
        ${text('filename')} AS file_name, ${text('caption')} AS caption,
        toBool(message_type = 'voice' OR JSONExtractBool(content, 'voice')) AS voice,
        toBool(JSONExtractBool(content, 'animated')) AS animated
      ${contentsOf(context, `message_type IN ${MEDIA}`)}`,
  },
  {
    name: 'replies',
    text: contentTexts.replies,
    select: (context) => `
      SELECT
        ${ABOUT},
        if(message_type = 'button', 'button', ${text('type')}) AS kind,
        JSONExtractRaw(content, kind) AS reply,
        if(message_type = 'button', '', ${raw('id', 'reply')}) AS id,
        if(message_type = 'button', ${text('text')}, ${text('title', 'reply')}) AS title,
        ${text('description', 'reply')} AS description,
        if(message_type = 'button', ${raw('payload')}, ${raw('payload', 'reply')}) AS payload
      ${contentsOf(context, "message_type IN ('button', 'interactive')")}
      WHERE message_type = 'button' OR ${text('type')} IN ('button_reply', 'list_reply')`,
  },
  {
    // Flows built by the provider's editor name each field after its screen: screen_0_name_1.
    name: 'flow_answers',
    text: contentTexts.flow_answers,
    select: (context) => `
      SELECT
        ${ABOUT}, ${text('name', 'reply')} AS flow, ${raw('flow_token', 'response')} AS flow_token,
        coalesce(nullIf(${text('screen', 'response')}, ''),
          extract(field, '^(screen_[0-9]+)_')) AS screen,
        answer.1 AS field,
        if(startsWith(answer.2, '"'), JSONExtractString(answer.2), answer.2) AS value
      FROM (
        SELECT *, JSONExtractRaw(content, 'nfm_reply') AS reply,
          ${text('response_json', 'reply')} AS given, ${readableJson('given')} AS response
        ${contentsOf(context, "message_type = 'interactive'")}
        WHERE ${text('type')} = 'nfm_reply'
      )
      ARRAY JOIN if(JSONType(response) = 'Object', JSONExtractKeysAndValuesRaw(response),
        [('', response)]) AS answer
      WHERE answer.1 NOT IN ('flow_token', 'screen')`,
  },
  {
    name: 'orders',
    text: contentTexts.orders,
    select: (context) => `
      SELECT
        ${ABOUT}, ${raw('catalog_id')} AS catalog_id, ${text('text')} AS note,
        JSONExtractArrayRaw(content, 'product_items') AS products, length(products) AS items,
        arraySum(arrayMap(product -> ifNull(${number('quantity', 'product')}, 0), products))
          AS quantity,
        arrayDistinct(arrayMap(product -> ${text('currency', 'product')}, products)) AS currencies,
        if(length(currencies) > 1, NULL, arraySum(arrayMap(product ->
          ifNull(${number('quantity', 'product')} * ${number('item_price', 'product')}, 0),
          products))) AS total,
        if(length(currencies) = 1, currencies[1], '') AS currency
      ${contentsOf(context, "message_type = 'order'")}`,
  },
  {
    name: 'order_items',
    text: contentTexts.order_items,
    select: (context) => `
      SELECT
        ${ABOUT}, ${raw('catalog_id')} AS catalog_id, item_index,
        ${raw('product_retailer_id', 'product')} AS product_retailer_id,
        ${number('quantity', 'product')} AS quantity,
        ${number('item_price', 'product')} AS item_price,
        ${text('currency', 'product')} AS currency
      ${contentsOf(context, "message_type = 'order'")}
      ARRAY JOIN JSONExtractArrayRaw(content, 'product_items') AS product,
        arrayEnumerate(JSONExtractArrayRaw(content, 'product_items')) AS item_index`,
  },
  {
    name: 'locations',
    text: contentTexts.locations,
    select: (context) => `
      SELECT
        ${ABOUT}, ${number('latitude')} AS latitude, ${number('longitude')} AS longitude,
        ${text('name')} AS name, ${text('address')} AS address, ${text('url')} AS url
      ${contentsOf(context, "message_type = 'location'")}`,
  },
  {
    name: 'contact_cards',
    text: contentTexts.contact_cards,
    select: (context) => `
      SELECT
        ${ABOUT}, card_index, JSONExtractString(card, 'name', 'formatted_name') AS name,
        JSONExtractString(card, 'org', 'company') AS company,
        arrayMap(phone -> ${text('phone', 'phone')}, JSONExtractArrayRaw(card, 'phones')) AS phones,
        arrayFilter(id -> id != '', arrayMap(phone -> ${raw('wa_id', 'phone')},
          JSONExtractArrayRaw(card, 'phones'))) AS whatsapp_ids,
        arrayMap(email -> ${text('email', 'email')}, JSONExtractArrayRaw(card, 'emails')) AS emails,
        card
      ${contentsOf(context, "message_type = 'contacts'")}
      ARRAY JOIN JSONExtractArrayRaw(content) AS card,
        arrayEnumerate(JSONExtractArrayRaw(content)) AS card_index`,
  },
  {
    name: 'referrals',
    text: contentTexts.referrals,
    select: (context) => `
      SELECT
        ${ABOUT}, JSONExtractRaw(unread, 'referral') AS referral,
        ${text('source_type', 'referral')} AS source_type, ${raw('source_id', 'referral')} AS ad_id,
        ${text('source_url', 'referral')} AS source, ${text('headline', 'referral')} AS headline,
        ${text('body', 'referral')} AS body, ${text('media_type', 'referral')} AS media_type,
        ${text('ctwa_clid', 'referral')} AS ctwa_clid
      ${contentsOf(context, `position(unread, '"referral"') > 0`)}
      WHERE JSONHas(unread, 'referral')`,
  },
]
