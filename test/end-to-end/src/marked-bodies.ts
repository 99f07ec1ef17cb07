/** A customer's number, name and texts that exist nowhere else in the world. */
export const marks = {
  number: '49159471100815',
  name: 'Zephyrine Quillmark',
  text: 'quincemarmalade',
  /** ClickHouse refuses rows with these: see the test. */
  refusedText: 'quincemarmalade unwanted',
  refusedEmoji: 'quinceemoji',
} as const

/** Shortest parts by which a mark is known, also where it is cut, escaped or spelled otherwise. */
export const TRACES_OF_MARKS = /9159471|zephyr|quillm|quince/i

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One webhook of every kind, with a mark wherever a customer can leave one. */
export function markedBody(number: string): Json {
  const contacts = [{ profile: { name: marks.name }, wa_id: marks.number }]
  const message = (id: string, content: { readonly [key: string]: Json }): Json => ({
    from: marks.number,
    id,
    timestamp: '1767225600',
    ...content,
  })
  const error = {
    code: 131026,
    title: marks.text,
    message: marks.text,
    error_data: { details: marks.text },
    href: `https://example.com/${marks.number}`,
  }
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783880', phone_number_id: number },
              contacts,
              messages: [
                message('wamid.A', { type: 'text', text: { body: marks.text } }),
                message('wamid.C', {
                  type: 'image',
                  image: { id: '1', caption: marks.text, mime_type: 'image/png' },
                }),
                message('wamid.D', { type: 'unsupported', errors: [error] }),
              ],
              statuses: [
                {
                  id: 'wamid.E',
                  status: 'failed',
                  timestamp: '1767225600',
                  recipient_id: marks.number,
                  biz_opaque_callback_data: marks.text,
                  errors: [error],
                },
              ],
              errors: [error],
            },
          },
        ],
      },
    ],
  }
}

/** What ClickHouse is made to refuse: its diagnosis quotes the row. */
export function refusedBody(number: string): Json {
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783880', phone_number_id: number },
              contacts: [{ profile: { name: marks.name }, wa_id: marks.number }],
              messages: [
                {
                  from: marks.number,
                  id: 'wamid.R',
                  timestamp: '1767225600',
                  type: 'text',
                  text: { body: marks.refusedText },
                },
                {
                  from: marks.number,
                  id: 'wamid.S',
                  timestamp: '1767225600',
                  type: 'reaction',
                  reaction: { message_id: 'wamid.A', emoji: marks.refusedEmoji },
                },
              ],
            },
          },
        ],
      },
    ],
  }
}

/** Versions of the body, in each of which one place holds something unexpected. */
export function withEachPlaceWrong(body: Json): readonly Json[] {
  const wrong: readonly Json[] = [
    marks.text,
    { [marks.name]: marks.number },
    [marks.number, [marks.text]],
    Number(marks.number),
    -1.5,
    null,
    true,
    `${marks.name}\u0000\ud800`,
  ]
  return placesIn(body).flatMap((path) => wrong.map((value) => replaceAt(body, path, value)))
}

/** Bytes that are not a webhook but hold marks. */
export function brokenBodies(body: Json): readonly Buffer[] {
  const text = JSON.stringify(body)
  const cuts = Array.from({ length: 40 }, (_, index) => text.slice(0, (index + 1) * 37))
  const texts = [
    marks.text,
    `${marks.number} ${marks.name}`,
    `"${marks.text}" "${marks.name}"`,
    `[${marks.text}]`,
    `{${marks.name}: 1}`,
    `{"a": ${marks.number}${marks.text}}`,
    `"${marks.text}\n"`,
    `<p>${marks.name}</p>`,
    '['.repeat(1_000) + marks.text,
    JSON.stringify({ object: marks.text, entry: marks.name }),
    JSON.stringify([marks.text]),
    JSON.stringify({ [marks.name]: [marks.text] }),
    `${text}${marks.text}`,
  ]
  return [
    ...[...cuts, ...texts].map((one) => Buffer.from(one)),
    Buffer.from(text, 'utf16le'),
    Buffer.concat([
      Buffer.from(text.slice(0, 300)),
      Buffer.from([0xff, 0xc3]),
      Buffer.from(text.slice(300)),
    ]),
    // Too large for one event.
    Buffer.from(text.replace(marks.text, marks.text.repeat(80_000))),
  ]
}

type Path = readonly (string | number)[]

function placesIn(value: Json): readonly Path[] {
  const below = Object.entries(toObject(value)).flatMap(([key, child]) =>
    placesIn(child).map((path) => [Array.isArray(value) ? Number(key) : key, ...path]),
  )
  return [[], ...below]
}

function replaceAt(value: Json, [first, ...rest]: Path, by: Json): Json {
  if (first === undefined) return by
  const child = replaceAt(toObject(value)[first] ?? null, rest, by)
  return Array.isArray(value)
    ? value.map((one: Json, index) => (index === first ? child : one))
    : { ...toObject(value), [first]: child }
}

function toObject(value: Json): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
