/** How busy a business is. */
export interface Profile {
  /** Messages, events and calls that begin per second; each causes about three webhooks. */
  readonly messagesPerSecond: number
  /** People whom the business knows. */
  readonly customers: number
}

export const profiles = {
  quiet: { messagesPerSecond: 0.2, customers: 50 },
  shop: { messagesPerSecond: 2, customers: 500 },
  busy: { messagesPerSecond: 50, customers: 5_000 },
  /** What the Cloud API allows a number at most, on all numbers together. */
  '1000': { messagesPerSecond: 1_000, customers: 50_000 },
} as const satisfies Readonly<Record<string, Profile>>

export type ProfileName = keyof typeof profiles

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name)
}
