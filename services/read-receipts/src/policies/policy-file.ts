import {
  findRepeated,
  listIn,
  asObject,
  parseConfigText,
  readConfigFile,
} from '@wabastream/channels'
import { z } from 'zod'

export const policies = ['never', 'on_receipt', 'on_reply', 'on_request'] as const
/**
 * - `never`: no message of the channel is marked
 * - `on_receipt`: as soon as it is received
 * - `on_reply`: once something was sent to its sender, or to its group
 * - `on_request`: only where a person or an application asks
 *
 * With `on_receipt` and `on_reply` somebody may ask as well.
 */
export type Policy = (typeof policies)[number]

export type PolicyOf = (channel: string) => Policy

const CHANNELS_MAX = 1_000

const fileSchema = z.strictObject({
  channels: z
    .array(
      z.strictObject({
        name: z.string('is missing').min(1).max(64),
        policy: z.enum(policies, `must be one of ${policies.join(', ')}`),
      }),
    )
    .min(1)
    .max(CHANNELS_MAX),
})

/** Reads the file of policies. Throws a ConfigError that names every problem in it. */
export function readPolicyFile(path: string): PolicyOf {
  return toPolicyOf(readConfigFile(path, 'file of read receipts', { parse: parsePolicies }))
}

export function parsePolicies(text: string) {
  return parseConfigText(text, fileSchema, (content) =>
    findRepeated(
      listIn(content, 'channels').map((channel) => asObject(channel)['name']),
      (position) => `channels[${position}].name`,
    ),
  )
}

/** A channel that is not named has `never`. */
export function toPolicyOf({ channels }: z.output<typeof fileSchema>): PolicyOf {
  const byName = new Map(channels.map(({ name, policy }) => [name, policy]))
  return (channel) => byName.get(channel) ?? 'never'
}
