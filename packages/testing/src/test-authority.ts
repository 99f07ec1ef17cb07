import { type webcrypto } from 'node:crypto'
import 'reflect-metadata'

/** A certificate (with the chain behind it, if there is one) and its key, as PEM. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

export interface TestAuthority {
  /** The certificate to trust, as PEM. */
  readonly cert: string
  /** For `localhost` and `127.0.0.1` by default, valid now, for servers and clients. */
  issue(
    commonName: string,
    options?: {
      readonly dnsNames?: readonly string[]
      readonly purpose?: 'server' | 'client'
      readonly notAfter?: Date
    },
  ): Promise<TestCertificate>
  /** An authority below this one; what it issues carries its certificate as chain. */
  intermediate(commonName: string): Promise<TestAuthority>
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

const DAY_MS = 86_400_000

type Keys = webcrypto.CryptoKeyPair
type Library = typeof import('@peculiar/x509')

/** What an issuer signs with; null means self-signed. */
interface Issuer {
  readonly name: string
  readonly keys: Keys
  /** PEM of the authorities from this one up, without the root. */
  readonly chain: string
}

/** For tests: an authority that nothing else trusts and that exists only during the test. */
export async function createTestAuthority(commonName: string): Promise<TestAuthority> {
  const library = await import('@peculiar/x509')
  const keys = await createKeys()
  const cert = await createAuthorityCertificate(library, { commonName, keys, issuer: null })
  return toAuthority(library, { name: commonName, keys, chain: '' }, cert)
}

function toAuthority(library: Library, issuer: Issuer, cert: string): TestAuthority {
  return {
    cert,
    async issue(commonName, options = {}) {
      const keys = await createKeys()
      const leaf = await createLeaf(library, { commonName, keys, issuer, ...options })
      return { cert: `${leaf}${issuer.chain}`, key: await toPem(library, keys) }
    },
    async intermediate(commonName) {
      const keys = await createKeys()
      const own = await createAuthorityCertificate(library, { commonName, keys, issuer })
      return toAuthority(library, { name: commonName, keys, chain: `${own}${issuer.chain}` }, own)
    },
  }
}

async function createAuthorityCertificate(
  library: Library,
  options: {
    readonly commonName: string
    readonly keys: Keys
    readonly issuer: Issuer | null
  },
): Promise<string> {
  const { commonName, keys, issuer } = options
  const { KeyUsageFlags } = library
  return await sign(library, {
    commonName,
    keys,
    issuer: issuer ?? { name: commonName, keys, chain: '' },
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [
      new library.BasicConstraintsExtension(true, undefined, true),
      new library.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await library.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
}

async function createLeaf(
  library: Library,
  options: {
    readonly commonName: string
    readonly keys: Keys
    readonly issuer: Issuer
    readonly dnsNames?: readonly string[]
    readonly purpose?: 'server' | 'client'
    readonly notAfter?: Date
  },
): Promise<string> {
  const { dnsNames = ['localhost'], notAfter = new Date(Date.now() + DAY_MS), purpose } = options
  const { ExtendedKeyUsage } = library
  const purposes =
    purpose === undefined
      ? [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]
      : [purpose === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth]
  return await sign(library, {
    ...options,
    notAfter,
    extensions: [
      new library.BasicConstraintsExtension(false, undefined, true),
      new library.ExtendedKeyUsageExtension(purposes),
      new library.SubjectAlternativeNameExtension([
        ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  })
}

async function sign(
  library: Library,
  options: {
    readonly commonName: string
    readonly keys: Keys
    readonly issuer: Issuer
    readonly notAfter: Date
    readonly extensions: InstanceType<Library['Extension']>[]
  },
): Promise<string> {
  const { commonName, keys, issuer, notAfter, extensions } = options
  const certificate = await library.X509CertificateGenerator.create({
    subject: `CN=${commonName}`,
    issuer: `CN=${issuer.name}`,
    notBefore: new Date(Date.now() - 2 * DAY_MS),
    notAfter,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions,
  })
  return `${certificate.toString('pem')}\n`
}

function createKeys(): Promise<Keys> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

async function toPem(library: Library, keys: Keys): Promise<string> {
  const bytes = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return `${library.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`
}
