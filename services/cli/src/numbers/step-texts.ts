import {
  type CredentialStore,
  type KeyOffer,
  type NumberEntry,
  type RotationStep,
} from '@wabastream/provider'

/** What each step does, as a fragment: of a plan as well as of what is being done. */
export function stepTexts(
  { provider, webhook }: NumberEntry,
  { placeOf }: CredentialStore,
  offer: KeyOffer,
): Readonly<Record<RotationStep, string>> {
  const ends = 'the former key and the webhook end with it, so it is urgent from here on'
  const source =
    offer.kind === 'provider'
      ? `ask the provider for a new key (${ends})`
      : 'check that the provider accepts the new key'
  const handshake = webhook.verifyToken === null ? ' (left out: there is no verifyToken)' : ''
  return {
    take: `${source}, and store it beside the one in use: ${placeOf('next')}`,
    set_url: `set ${webhook.shownUrl} again with the new key`,
    check_status: 'ask the provider, with the new key, whether the URL is ours',
    round_trip: `make the provider's handshake with our URL${handshake}`,
    promote: `put the new key in use, and keep the former one beside it: ${placeOf('previous')}`,
    let_go: `remove the former key${provider === 'cloud' ? ' here; it still has to be revoked' : ''}`,
  }
}
