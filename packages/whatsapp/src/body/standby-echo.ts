import { isObject, toObject } from './json.ts'

/**
 * The message that an echo of `standby` is about, in the shape of other echoes. It comes as the
 * very request that sent it, under `message`, with the definitions of its template and flow beside
 * it (META webhooks/reference/standby): these are `template_definition` and `flow_definition` here.
 */
export function toPlainEcho(echo: unknown): unknown {
  if (!isObject(echo) || !isObject(echo['message'])) return echo
  const { message, template, flow, ...rest } = echo
  const { context, recipient, to, ...sent } = message
  const isToGroup = sent['recipient_type'] === 'group'
  return {
    ...sent,
    ...(isToGroup ? { group_id: to } : { to, to_user_id: recipient }),
    ...(context === undefined ? {} : { context: toAnswered(context) }),
    ...rest,
    ...(template === undefined ? {} : { template_definition: template }),
    ...(flow === undefined ? {} : { flow_definition: flow }),
  }
}

/** A request names what it answers `message_id`, a webhook names it `id`. */
function toAnswered(context: unknown): unknown {
  const given = toObject(context)
  if (given === null || given['id'] !== undefined) return context
  const { message_id: id, ...rest } = given
  return { id, ...rest }
}
