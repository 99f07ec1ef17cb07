import { aboutContent, shared } from './shared-columns.ts'
import {
  measured,
  message,
  name,
  persons,
  place,
  plain,
  type ViewText,
  written,
} from './view-text.ts'

const NARROWED_BY = ['event_at', 'message_id']

export const contentTexts = {
  contents: {
    shows:
      "What messages said: the type's own object as it stood in the body. Kept for " +
      '`CONTENT_RETENTION_DAYS`.',
    row:
      'message, echo, status, edit, reaction, revocation or error that says more than its ' +
      'columns, from where it was first reported',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      event_id: shared.event,
      message_type: plain('text, image, …; an open set'),
      text: written('text, caption or chosen button'),
      contact_name: name('profile name'),
      content: written("the type's own object as JSON, unknown keys included"),
      unread: written('other members of the item that no column of ours holds, as JSON'),
    },
  },
  media: {
    shows: 'Images, audio, voice, video, documents and stickers.',
    row: 'message with media',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      kind: plain('`image`, `audio`, `voice`, `video`, `document` or `sticker`'),
      media_id: message('id to fetch the media by'),
      mime_type: plain('type of the media'),
      sha256: message('hash of the bytes, as given'),
      size: measured('bytes', 'size, where it was given'),
      file_name: name('name of the file'),
      caption: written('caption'),
      voice: plain('recorded in the chat'),
      animated: plain('an animated sticker'),
    },
  },
  replies: {
    shows: 'Buttons and list rows that customers chose.',
    row: 'choice',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      kind: plain('`button` (of a template), `button_reply` or `list_reply`'),
      reply: written('the answer as JSON'),
      id: message('id that the business gave the button or row'),
      title: written('what the button or row said'),
      description: written('its description'),
      payload: written('payload that the business gave the button'),
    },
  },
  flow_answers: {
    shows: 'What customers filled in in flows.',
    row: 'field of an answer',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      flow: plain('name of the flow, as given'),
      flow_token: message('token that the business gave the flow'),
      screen: plain('screen of the flow, where the answer names it'),
      field: plain('name of the field'),
      value: written('what was filled in; JSON where it is no text'),
    },
  },
  orders: {
    shows: 'Orders from a catalogue.',
    row: 'order',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      catalog_id: plain('catalogue'),
      note: written('what the customer wrote with it'),
      products: written('the items as JSON'),
      items: plain('number of items'),
      quantity: plain('sum of the quantities'),
      currencies: plain('ISO 4217 codes of the items'),
      total: plain(
        'sum of quantity times price, in `currency`; null where the items have several currencies',
      ),
      currency: plain('ISO 4217 code, where it is the same for all items; else empty'),
    },
  },
  order_items: {
    shows: 'Items of orders from a catalogue.',
    row: 'item of an order',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      catalog_id: plain('catalogue'),
      item_index: plain('which item of the order, from 1'),
      product_retailer_id: plain("the business's id of the product"),
      quantity: plain('quantity'),
      item_price: plain('price of one, in `currency`'),
      currency: plain('ISO 4217 code'),
    },
  },
  locations: {
    shows: 'Places that were sent.',
    row: 'location',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      latitude: place('degrees north'),
      longitude: place('degrees east'),
      name: place('name of the place'),
      address: place('its address'),
      url: place('its page'),
    },
  },
  contact_cards: {
    shows: 'Contact cards that were sent.',
    row: 'card',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      card_index: plain('which card of the message, from 1'),
      name: name('name on the card'),
      company: name('company on the card'),
      phones: name('phone numbers as written on the card'),
      whatsapp_ids: persons('WhatsApp ids on the card'),
      emails: name('e-mail addresses on the card'),
      card: written('the card as JSON'),
    },
  },
  referrals: {
    shows: 'Ads and posts that conversations came from.',
    row: 'message that names where it came from',
    narrowedBy: NARROWED_BY,
    columns: {
      ...aboutContent,
      referral: written('the whole referral as JSON'),
      source_type: plain('`ad` or `post`'),
      ad_id: plain('id of the ad or post'),
      source: written('its address'),
      headline: written('its headline'),
      body: written('its text'),
      media_type: plain('`image` or `video`'),
      ctwa_clid: message('click id of the ad'),
    },
  },
} satisfies Readonly<Record<string, ViewText>>
