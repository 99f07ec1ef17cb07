import {
  type Authentication,
  type Credentials,
  type EarlyVerdict,
  type RejectionCause,
} from './authentication.ts'
import { type Authenticator, createAuthenticator } from './authenticator.ts'
import { type Channel } from '@wabastream/channels'

/** An authenticator whose channels can be exchanged between two requests. */
export class ExchangeableAuthenticator implements Authenticator {
  #channels: readonly Channel[]
  #current: Authenticator

  constructor(channels: readonly Channel[]) {
    this.#channels = channels
    this.#current = createAuthenticator(channels)
  }

  get channels(): readonly Channel[] {
    return this.#channels
  }

  use(channels: readonly Channel[]): void {
    this.#current = createAuthenticator(channels)
    this.#channels = channels
  }

  judgeEarly(channelName: string, credentials: Credentials): EarlyVerdict {
    return this.#current.judgeEarly(channelName, credentials)
  }

  authenticate(channelName: string, credentials: Credentials, body: Uint8Array): Authentication {
    return this.#current.authenticate(channelName, credentials, body)
  }

  checkVerifyToken(channelName: string, token: string): RejectionCause | null {
    return this.#current.checkVerifyToken(channelName, token)
  }
}
