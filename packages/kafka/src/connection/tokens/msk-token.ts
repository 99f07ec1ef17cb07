import { KafkaError } from '../../wire/kafka-error.ts'
import { Sha256 } from './sha256.ts'
import { createCachedTokenSource, type TokenSource } from './token-source.ts'

/** The maximum that MSK accepts. */
const EXPIRES_SECONDS = 900

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * Tokens for Amazon MSK with IAM: a request `kafka-cluster:Connect` that is signed but not sent, as
 * AWS's signers for SASL/OAUTHBEARER make it. AWS's default chain finds the credentials
 * (environment, a pod's role, an instance's role, …) when the first token is needed.
 */
export function createMskTokenSource({
  region,
  findCredentials = createDefaultChain(),
}: {
  readonly region: string
  readonly findCredentials?: () => Promise<AwsCredentials>
}): TokenSource {
  const host = `kafka.${region}.amazonaws.com`
  return createCachedTokenSource(async () => {
    const signedAtMs = Date.now()
    try {
      const query = await presignQuery({
        service: 'kafka-cluster',
        region,
        host,
        query: { Action: 'kafka-cluster:Connect' },
        expiresSeconds: EXPIRES_SECONDS,
        signedAtMs,
        credentials: await findCredentials(),
      })
      const url = `https://${host}/?${query}&User-Agent=wabastream`
      const value = Buffer.from(url).toString('base64url')
      return { value, expiresAtMs: signedAtMs + EXPIRES_SECONDS * 1_000 }
    } catch (error) {
      throw new KafkaError(
        'unavailable',
        'no token for Kafka: AWS credentials are needed, as the ' +
          'environment, the pod or the instance gives them',
        error,
      )
    }
  })
}

/** Loaded on demand, since few installations need it. */
function createDefaultChain(): () => Promise<AwsCredentials> {
  let chain: (() => Promise<AwsCredentials>) | undefined
  return async function findDefaultCredentials() {
    if (chain === undefined) {
      const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
      chain = defaultProvider()
    }
    return chain()
  }
}

/** The query of a signed GET of `/` (AWS Signature Version 4, in query parameters). */
export async function presignQuery(request: {
  readonly service: string
  readonly region: string
  readonly host: string
  readonly query: Readonly<Record<string, string>>
  readonly expiresSeconds: number
  readonly signedAtMs: number
  readonly credentials: AwsCredentials
}): Promise<string> {
  const { credentials, expiresSeconds, host, query, region, service, signedAtMs } = request
  const { SignatureV4 } = await import('@smithy/signature-v4')
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: { ...query },
      headers: { host },
    },
    { expiresIn: expiresSeconds, signingDate: new Date(signedAtMs) },
  )
  return Object.entries(signed.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')
}
