import { type Random } from './random.ts'
import { type Scene } from './scenario.ts'
import { type JsonObject } from './traffic.ts'

const sentences = [
  'Hello, is my order on its way?',
  'Thanks!',
  'Can I change the address?',
  'STOP',
  'Olá, tudo bem? Quero saber o preço.',
  '¿A qué hora abren mañana?',
  'مرحبا، أين طلبي؟',
  'नमस्ते, मुझे मदद चाहिए',
  'Bitte rufen Sie mich zurück – danke 🙏',
  '写真を送ります 📷',
  'Line one\nline two\t"quoted" \\ slash/',
  '👍🏽',
]

type Content = (random: Random) => JsonObject

export const textContent: Content = (random) => ({
  type: 'text',
  text: { body: random.pick(sentences) },
})

function mediaContent(type: string, mimeType: string, extra: JsonObject = {}): Content {
  return (random) => ({
    type,
    [type]: { id: random.digits(15), mime_type: mimeType, sha256: random.hex(64), ...extra },
  })
}

const interactiveContent: Content = (random) => {
  const kind = random.pick(['button_reply', 'list_reply', 'nfm_reply'])
  const answer =
    kind === 'nfm_reply'
      ? { name: 'flow', body: 'Sent', response_json: `{"slot":"${random.int(8, 18)}:00"}` }
      : { id: `choice-${random.int(1, 5)}`, title: 'This one', description: 'as offered' }
  return { type: 'interactive', interactive: { type: kind, [kind]: answer } }
}

const orderContent: Content = (random) => ({
  type: 'order',
  order: {
    catalog_id: random.digits(15),
    text: 'Please wrap it',
    product_items: Array.from({ length: random.int(1, 4) }, () => ({
      product_retailer_id: `sku-${random.int(1, 500)}`,
      quantity: random.int(1, 3),
      item_price: random.int(100, 9_999) / 100,
      currency: 'EUR',
    })),
  },
})

const referralContent: Content = (random) => ({
  ...textContent(random),
  referral: {
    source_url: 'https://fb.me/example',
    source_id: random.digits(16),
    source_type: 'ad',
    headline: 'Spring sale',
    body: 'Ask us here',
    ...(random.chance(0.7) ? { ctwa_clid: random.hex(40) } : {}),
  },
})

/** Every type of inbound message that is not an event about another one. */
const contents: Readonly<Record<string, Content>> = {
  text: textContent,
  forwarded: (random) => ({ context: { forwarded: true }, ...textContent(random) }),
  referral: referralContent,
  image: mediaContent('image', 'image/jpeg', { caption: 'As promised' }),
  audio: mediaContent('audio', 'audio/ogg; codecs=opus', { voice: true }),
  video: mediaContent('video', 'video/mp4'),
  document: mediaContent('document', 'application/pdf', { filename: 'invoice.pdf' }),
  sticker: mediaContent('sticker', 'image/webp', { animated: false }),
  location: (random) => ({
    type: 'location',
    location: { latitude: random.int(-80, 80) + 0.25, longitude: 13.4, name: 'Here' },
  }),
  contacts: (random) => ({
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: 'A Friend', first_name: 'A' },
        phones: [{ phone: `+1${random.digits(10)}`, type: 'CELL' }],
      },
    ],
  }),
  button: (random) => ({
    type: 'button',
    button: { text: 'Yes', payload: `yes-${random.int(1, 9)}` },
  }),
  interactive: interactiveContent,
  order: orderContent,
  system: (random) => ({
    type: 'system',
    system: { type: 'user_changed_number', body: 'Number changed', wa_id: `1${random.digits(10)}` },
  }),
  unsupported: () => ({
    type: 'unsupported',
    errors: [
      {
        code: 131051,
        title: 'Message type unknown',
        message: 'Message type unknown',
        error_data: { details: 'Message type is currently not supported.' },
      },
    ],
    unsupported: { type: 'poll' },
  }),
  requestWelcome: () => ({ type: 'request_welcome' }),
  newType: (random) => ({ type: 'hologram', hologram: { id: random.digits(8) } }),
}

const weights: Readonly<Record<keyof typeof contents, number>> = {
  text: 45,
  forwarded: 2,
  referral: 3,
  image: 10,
  audio: 8,
  video: 2,
  document: 4,
  sticker: 3,
  location: 3,
  contacts: 2,
  button: 5,
  interactive: 7,
  order: 2,
  system: 1,
  unsupported: 1,
  requestWelcome: 1,
  newType: 1,
}

export function pickContent(scene: Scene): JsonObject {
  const content = contents[scene.random.weighted(weights)]
  return content === undefined ? textContent(scene.random) : content(scene.random)
}
