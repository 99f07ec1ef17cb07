export const SECONDS = 1_767_225_600
const NUMBER = '49159471100815'
export const base64 = (text: string): string => Buffer.from(text).toString('base64url')

/** Whatever of a customer can be in a webhook, in spellings that exist nowhere else. */
export const marks = {
  number: NUMBER,
  otherNumber: '49159471100822',
  userId: 'DE.9159471001',
  otherUserId: 'DE.9159471002',
  parentUserId: 'DE.ENT.9159471003',
  username: 'zephyrine.q',
  name: 'Zephyrine Quillmark',
  text: 'quincemarmalade',
  emoji: 'quinceemoji',
} as const

/** The shortest parts by which a mark is known, also within an id that is encoded. */
export const TRACES = new RegExp(
  ['9159471', 'zephyr', 'quillm', 'quince', base64(NUMBER).slice(0, 16)].join('|'),
  'i',
)

/** Ids of messages hold the number of the customer, as those of the provider do. */
const wamid = (name: string): string => `wamid.${base64(NUMBER)}${name}`
const group = base64(`capi_group:${NUMBER} quince`).concat('quince')

export const metadata = { display_phone_number: '15550783881', phone_number_id: '106540352242922' }
export const contacts = [
  {
    profile: { name: marks.name, username: marks.username },
    wa_id: marks.number,
    user_id: marks.userId,
    parent_user_id: marks.parentUserId,
  },
]
export const errors = [
  {
    code: 131_026,
    title: marks.text,
    message: marks.text,
    error_data: { details: marks.text },
    href: `https://example.com/${marks.text}`,
  },
]

export type Fields = Readonly<Record<string, unknown>>

export const message = (id: string, fields: Fields): Fields => ({
  from: marks.number,
  from_user_id: marks.userId,
  from_parent_user_id: marks.parentUserId,
  id: wamid(id),
  timestamp: String(SECONDS),
  ...fields,
})

export const status = (id: string, word: string, fields: Fields = {}): Fields => ({
  id: wamid(id),
  status: word,
  timestamp: String(SECONDS + 5),
  recipient_id: marks.number,
  recipient_user_id: marks.userId,
  biz_opaque_callback_data: marks.text,
  conversation: { id: 'quinceconversation', origin: { type: 'utility' } },
  pricing: { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' },
  ...fields,
})

export const toParticipant = {
  recipient_id: group,
  recipient_type: 'group',
  recipient_participant_id: marks.number,
  recipient_participant_user_id: marks.userId,
}

const medium = {
  id: 'quincemedium',
  mime_type: 'image/png',
  sha256: 'quincehash',
  caption: marks.text,
  filename: `${marks.text}.pdf`,
}

/** Every type of message that a customer sends. */
export const markedMessages: readonly Fields[] = [
  message('T', { type: 'text', text: { body: marks.text } }),
  message('I', { type: 'image', image: medium }),
  message('D', { type: 'document', document: medium, group_id: group }),
  message('B', { type: 'button', button: { text: marks.text, payload: marks.text } }),
  message('R', {
    type: 'interactive',
    context: { id: wamid('Z'), from: '15550783881' },
    interactive: {
      type: 'list_reply',
      list_reply: {
        id: 'quincerow',
        title: marks.text,
        description: marks.text,
        payload: 'quince',
      },
    },
  }),
  message('F', {
    type: 'interactive',
    interactive: {
      type: 'nfm_reply',
      nfm_reply: {
        name: 'flow',
        body: 'Sent',
        response_json: JSON.stringify({ flow_token: marks.text, city: marks.text }),
      },
    },
  }),
  message('O', {
    type: 'order',
    order: {
      catalog_id: '7',
      text: marks.text,
      product_items: [
        { product_retailer_id: 'tea', quantity: 1, item_price: 2, currency: 'EUR', note: 'quince' },
      ],
    },
  }),
  message('L', {
    type: 'location',
    location: {
      latitude: 52.9159471,
      longitude: 13.9159471,
      name: marks.text,
      address: marks.text,
      url: marks.text,
    },
  }),
  message('C', {
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: marks.name },
        org: { company: marks.text },
        phones: [{ phone: `+${marks.otherNumber}`, wa_id: marks.otherNumber }],
        emails: [{ email: `${marks.text}@example.com` }],
      },
    ],
  }),
  message('A', {
    type: 'text',
    text: { body: marks.text },
    referral: {
      source_url: `https://example.com/${marks.text}`,
      source_id: '120200000000000001',
      source_type: 'ad',
      headline: marks.text,
      body: marks.text,
      media_type: 'image',
      ctwa_clid: 'quinceclick',
    },
  }),
  message('E', { type: 'reaction', reaction: { message_id: wamid('S'), emoji: marks.emoji } }),
  message('X', {
    type: 'edit',
    edit: {
      original_message_id: wamid('T'),
      message: { type: 'text', text: { body: `${marks.text} again` } },
    },
  }),
  message('V', { type: 'revoke', revoke: { original_message_id: wamid('I') } }),
  message('U', { type: 'unsupported', errors }),
  message('N', {
    type: 'system',
    system: {
      body: `${marks.name} changed`,
      type: 'user_changed_number',
      wa_id: marks.otherNumber,
      user_id: marks.otherUserId,
    },
  }),
]
