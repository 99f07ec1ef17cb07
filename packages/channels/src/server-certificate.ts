import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '@wabastream/service-host'
import { splitPem } from './pem.ts'
import { type ReadFile } from './recorded-reads.ts'

/** What proves the server's identity. */
export interface ServerCertificate {
  readonly cert: Buffer
  readonly key: Buffer
  /** The first end of the certificates in the chain. */
  readonly expiresAt: Date
}

/**
 * Reads the certificate chain and its key. Throws a ConfigError that names each file that cannot
 * be read, or says that they make no certificate, or do not belong together.
 */
export function readServerCertificate(
  files: { readonly certFile: string; readonly keyFile: string },
  readFile: ReadFile,
): ServerCertificate {
  const problems: string[] = []
  const read = (path: string): Buffer => {
    try {
      return readFile(path)
    } catch (error) {
      problems.push(messageOf(error))
      return Buffer.alloc(0)
    }
  }
  const pair = { cert: read(files.certFile), key: read(files.keyFile) }
  if (problems.length > 0) throw new ConfigError('The certificate', problems)
  try {
    createSecureContext(pair)
    return { ...pair, expiresAt: firstEnd(pair.cert) }
  } catch (error) {
    throw new ConfigError('The certificate', [
      `${files.certFile} and ${files.keyFile} are not a pair of certificate and key: ` +
        messageOf(error),
    ])
  }
}

function firstEnd(chain: Buffer): Date {
  const ends = splitPem(chain.toString('latin1')).map((pem) =>
    new X509Certificate(pem).validToDate.getTime(),
  )
  return new Date(Math.min(...ends))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
