import { createChooser, type Dice } from './dice.ts'

/** What a customer's message says: the fields of `MessageReceived` that are about that. */
export interface Said {
  readonly messageType: string
  readonly text: string | null
  readonly content: string | null
  readonly unread: string | null
  readonly mediaId: string | null
  readonly mimeType: string | null
  readonly replyId: string | null
  readonly referralSourceId: string | null
  readonly referralClickId: string | null
}

const NOTHING = {
  text: null,
  unread: null,
  mediaId: null,
  mimeType: null,
  replyId: null,
  referralSourceId: null,
  referralClickId: null,
}
const WORDS = (
  'hello thanks please order when where can you the my is it not yet today tomorrow delivery ' +
  'address price invoice back money size blue large one two still waiting number code payment ' +
  'obrigado pedido quando chega hoje amanhã endereço preço por favor bom dia boa tarde tudo bem ' +
  'gracias cuándo llega dirección precio buenos días factura danke bitte Lieferung Rechnung ' +
  'Guten Tag wann kommt नमस्ते धन्यवाद कब मेरा ऑर्डर 👍 🙏 😊'
).split(' ')
/** Median and spread of the words of a text: most are short, some are letters. */
const WORDS_MEDIAN = 8
const WORDS_SIGMA = 0.9
const WORDS_MAX = 300

type Kind = (dice: Dice) => Said

function sentence(dice: Dice): string {
  const count = Math.min(WORDS_MAX, Math.max(1, dice.logNormal(WORDS_MEDIAN, WORDS_SIGMA)))
  let text = dice.pick(WORDS)
  for (let index = 1; index < count; index += 1) text += ` ${dice.pick(WORDS)}`
  return text
}

export function sayText(dice: Dice): Said {
  const text = sentence(dice)
  return { ...NOTHING, messageType: 'text', text, content: JSON.stringify({ body: text }) }
}

function media(messageType: string, mimeType: string, extra: object = {}): Kind {
  return (dice) => {
    const mediaId = dice.digits(16)
    const caption = messageType === 'image' && dice.chance(0.3) ? sentence(dice) : null
    const content = JSON.stringify({
      ...(caption !== null && { caption }),
      mime_type: mimeType,
      sha256: Buffer.from(dice.hex(64), 'hex').toString('base64'),
      id: mediaId,
      url: `https://lookaside.example/whatsapp_business/attachments/?mid=${mediaId}&hash=${dice.hex(48)}`,
      ...extra,
    })
    return { ...NOTHING, messageType, text: caption, content, mediaId, mimeType }
  }
}

/** Buttons and rows that customers choose, which are the same for many. */
const choice =
  (kind: 'button_reply' | 'list_reply'): Kind =>
  (dice) => {
    const [id, title] = [`choice-${dice.int(1, 40)}`, `Option ${dice.int(1, 40)}`]
    const content = JSON.stringify({ type: kind, [kind]: { id, title } })
    return { ...NOTHING, messageType: 'interactive', text: title, content, replyId: id }
  }

const button: Kind = (dice) => {
  const payload = `campaign-${dice.int(1, 200)}-yes`
  const content = JSON.stringify({ text: 'Yes, please', payload })
  return { ...NOTHING, messageType: 'button', text: 'Yes, please', content, replyId: payload }
}

const flow: Kind = (dice) => {
  const answers = { flow_token: dice.hex(32), slot: `${dice.int(8, 18)}:00`, note: sentence(dice) }
  const reply = { name: 'flow', body: 'Sent', response_json: JSON.stringify(answers) }
  const content = JSON.stringify({ type: 'nfm_reply', nfm_reply: reply })
  return { ...NOTHING, messageType: 'interactive', text: 'Sent', content }
}

const order: Kind = (dice) => {
  const items = Array.from({ length: dice.int(1, 5) }, () => ({
    product_retailer_id: `sku-${dice.int(1, 500)}`,
    quantity: dice.int(1, 3),
    item_price: dice.int(100, 9_999) / 100,
    currency: 'EUR',
  }))
  const content = JSON.stringify({ catalog_id: '1024', text: 'As agreed', product_items: items })
  return { ...NOTHING, messageType: 'order', text: 'As agreed', content }
}

const location: Kind = (dice) => {
  const place = { latitude: dice.int(-80, 80) + 0.25, longitude: dice.int(-170, 170) + 0.5 }
  const content = JSON.stringify({ ...place, name: 'Here', address: sentence(dice) })
  return { ...NOTHING, messageType: 'location', content }
}

const cards: Kind = (dice) => {
  const phone = dice.digits(11)
  const card = {
    name: { formatted_name: 'A Friend' },
    phones: [{ phone: `+${phone}`, wa_id: phone }],
  }
  return { ...NOTHING, messageType: 'contacts', content: JSON.stringify([card]) }
}

const referred: Kind = (dice) => {
  const [sourceId, clickId] = [`ad-${dice.int(1, 300)}`, dice.hex(40)]
  const referral = {
    source_url: 'https://fb.example/ad',
    source_id: sourceId,
    source_type: 'ad',
    headline: `Offer ${sourceId}`,
    body: 'Ask us here',
    ctwa_clid: clickId,
  }
  const unread = JSON.stringify({ referral })
  return { ...sayText(dice), unread, referralSourceId: sourceId, referralClickId: clickId }
}

const kinds: readonly (readonly [number, Kind])[] = [
  [58, sayText],
  [10, media('image', 'image/jpeg')],
  [8, media('audio', 'audio/ogg; codecs=opus', { voice: true })],
  [3, media('document', 'application/pdf', { filename: 'document.pdf' })],
  [2, media('video', 'video/mp4')],
  [2, media('sticker', 'image/webp', { animated: false })],
  [4, choice('button_reply')],
  [3, choice('list_reply')],
  [4, button],
  [1.5, flow],
  [1, order],
  [1, location],
  [0.5, cards],
  [2, referred],
]
const choose = createChooser(kinds.map(([weight]) => weight))

/** Anything that customers send, as often as they do. */
export function sayAnything(dice: Dice): Said {
  return (kinds[choose(dice.next())]?.[1] ?? sayText)(dice)
}
