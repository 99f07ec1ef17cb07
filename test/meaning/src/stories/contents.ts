import { type Random } from './random.ts'
import { type Json } from './story.ts'

const media = (random: Random, mime: string): Json => ({
  id: String(2_400_000_000_000_000 + random.int(1_000_000)),
  mime_type: mime,
  sha256: 'c2hhMjU2',
  ...(random.chance(0.3) ? { caption: `caption ${random.int(9)}` } : {}),
  ...(random.chance(0.3) ? { file_size: String(random.int(99_999)) } : {}),
})

/** Type and content of a message, of every type that customers send. */
const CONTENTS: Readonly<Record<string, (random: Random) => Json | readonly Json[]>> = {
  text: (random) => ({ body: `text ${random.int(99)}` }),
  image: (random) => media(random, 'image/jpeg'),
  audio: (random) => ({ ...media(random, 'audio/ogg'), voice: random.chance(0.5) }),
  video: (random) => media(random, 'video/mp4'),
  document: (random) => ({ ...media(random, 'application/pdf'), filename: 'a.pdf' }),
  sticker: (random) => ({ ...media(random, 'image/webp'), animated: random.chance(0.5) }),
  location: (random) => ({
    latitude: random.int(90) + 0.25,
    longitude: -random.int(90) - 0.5,
    ...(random.chance(0.5) ? { name: 'Café', address: 'Rua 1' } : {}),
  }),
  contacts: (random) => [
    {
      name: { formatted_name: 'Bia' },
      phones: [{ phone: '+55 11', wa_id: '5511' }, { phone: '+49' }],
      emails: [{ email: 'bia@example.com' }],
      org: { company: 'ACME' },
    },
    ...(random.chance(0.5) ? [{ name: { formatted_name: 'Caio' } }] : []),
  ],
  button: () => ({ text: 'Yes', payload: 'YES' }),
  interactive: (random) =>
    random.pick([
      { type: 'button_reply', button_reply: { id: 'b1', title: 'One' } },
      { type: 'list_reply', list_reply: { id: 'l1', title: 'Two', description: 'both' } },
      {
        type: 'nfm_reply',
        nfm_reply: {
          name: 'flow',
          body: 'Sent',
          response_json: JSON.stringify({
            flow_token: 'token',
            screen_0_name_1: 'Ada',
            age: random.chance(0.5) ? random.int(90) : JSON.rawJSON('99999999999999999999'),
            tags: ['a', 'b'],
          }),
        },
      },
      { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '[1, 2]' } },
    ]),
  order: (random) => ({
    // Beyond what 64 bits hold.
    catalog_id: random.pick<Json[string]>(['c1', JSON.rawJSON('12345678901234567890123')]),
    ...(random.chance(0.5) ? { text: 'soon' } : {}),
    product_items: [
      { product_retailer_id: 'a', quantity: 2, item_price: 7.5, currency: 'EUR' },
      {
        product_retailer_id: 'b',
        quantity: random.int(9),
        item_price: 1,
        currency: random.pick(['EUR', 'EUR', 'USD']),
      },
    ],
  }),
}

const TYPES = Object.keys(CONTENTS)

/** Members of a message with a type and its content. */
export function someContent(random: Random): Json {
  if (random.chance(0.05)) {
    return {
      type: 'unsupported',
      errors: [{ code: 131051, title: 'Unsupported', error_data: { details: 'No' } }],
    }
  }
  const type = random.chance(0.5) ? 'text' : random.pick(TYPES)
  return { type, [type]: CONTENTS[type]?.(random) }
}

export function someMedium(random: Random): Json {
  return { type: 'image', image: media(random, 'image/jpeg') }
}
