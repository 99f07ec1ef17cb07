import { type JsonObject, toIdText, toObject, toText } from '../body/json.ts'
import { isContent } from './unread.ts'

/** The parts of a message's content that have columns of their own. */
export interface MessageContent {
  readonly text: string | null
  readonly mediaId: string | null
  readonly mimeType: string | null
  readonly replyId: string | null
}

const NO_CONTENT: MessageContent = { text: null, mediaId: null, mimeType: null, replyId: null }

const KNOWN_TYPES = [
  'text',
  'image',
  'audio',
  'voice',
  'video',
  'document',
  'sticker',
  'location',
  'contacts',
  'button',
  'interactive',
  'order',
  'reaction',
  'system',
  'edit',
  'revoke',
]

/** The type as given; if it is missing, the type of the known content; or else `unknown`. */
export function messageTypeOf(message: JsonObject): string {
  const type = toText(message['type'])
  if (type !== null) return type
  return KNOWN_TYPES.find((known) => Object.hasOwn(message, known)) ?? 'unknown'
}

/** The object of the message's type as JSON text, whole; null where there is none. */
export function toContentText(message: JsonObject, type: string): string | null {
  if (!Object.hasOwn(message, type)) return null
  const content = message[type]
  return isContent(content) ? JSON.stringify(content) : null
}

export function contentOf(message: JsonObject, type: string): MessageContent {
  const content = Object.hasOwn(message, type) ? toObject(message[type]) : null
  if (content === null) return NO_CONTENT
  switch (type) {
    case 'text':
    case 'system':
      return { ...NO_CONTENT, text: toText(content['body']) }
    case 'button':
      return { ...NO_CONTENT, text: toText(content['text']), replyId: toIdText(content['payload']) }
    case 'interactive':
      return interactiveContent(content)
    case 'order':
      return { ...NO_CONTENT, text: toText(content['text']) }
    default:
      return {
        text: toText(content['caption']),
        mediaId: toIdText(content['id']),
        mimeType: toText(content['mime_type']),
        replyId: null,
      }
  }
}

function interactiveContent(interactive: JsonObject): MessageContent {
  const type = toText(interactive['type'])
  const reply =
    type !== null && Object.hasOwn(interactive, type) ? toObject(interactive[type]) : null
  if (reply === null) return NO_CONTENT
  return {
    ...NO_CONTENT,
    text: toText(reply['title']) ?? toText(reply['body']),
    replyId: toIdText(reply['id']) ?? toText(reply['name']),
  }
}
