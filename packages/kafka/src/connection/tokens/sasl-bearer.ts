import type { Mechanism } from 'kafkajs'
import { KafkaError } from '../../wire/kafka-error.ts'
import { type TokenSource } from './token-source.ts'

const SEPARATOR = '\u0001'
/** The client library handles the length in front of what is sent and received. */
const LENGTH_BYTES = 4

/**
 * SASL/OAUTHBEARER (RFC 7628) with the tokens of a source. The library's own provider takes any
 * answer as success: a broker that refuses a token says so in a first answer without an error code,
 * and closes the connection at the next request.
 */
export function createBearerAuthentication(
  currentToken: TokenSource,
): Mechanism['authenticationProvider'] {
  return ({ saslAuthenticate }) => ({
    async authenticate() {
      const { value } = await currentToken()
      const refusal = await saslAuthenticate({
        request: { encode: () => toFirstMessage(value) },
        response: { decode: (bytes) => bytes, parse: toText },
      })
      if (refusal !== undefined && refusal !== '') {
        throw new KafkaError('not_allowed', `the broker refuses the token: ${refusal}`)
      }
    },
  })
}

function toFirstMessage(token: string): Buffer {
  const message = Buffer.from(`n,,${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeInt32BE(message.length)
  return Buffer.concat([length, message])
}

function toText(bytes: Buffer): string {
  return bytes.subarray(LENGTH_BYTES).toString('utf8')
}
