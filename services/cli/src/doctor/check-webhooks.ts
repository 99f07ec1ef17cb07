import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { type Finding, type Findings, findingsOf } from './finding.ts'

const TIMEOUT_MS = 5_000
const DAY_MS = 86_400_000
const DAYS_LEFT_MIN = 14
/** No channel can have this name, so the requests are not counted for any channel. */
const PROBE_PATH = '/webhooks/-'
const UNREACHED =
  'is the ingestor running, and does this address lead to it (PORT, ingress, firewall)?'

/** Checks the public address, its certificate, and that an ingestor answers there. */
export async function checkWebhooks(address: string | undefined): Promise<readonly Finding[]> {
  const findings = findingsOf('webhooks')
  if (address === undefined) {
    return [findings.notChecked('the address of the ingestor is not known', '--webhooks https://…')]
  }
  const url = new URL(PROBE_PATH, address)
  const certificate = url.protocol === 'https:' ? await checkCertificate(url, findings) : []
  const answer = await checkAnswer(url, findings)
  const plain =
    url.protocol === 'http:' && !isLocal(url)
      ? [
          findings.broken(
            'webhooks come in without TLS',
            'set TLS_CERT_FILE and TLS_KEY_FILE, or put an ingress with TLS in front',
          ),
        ]
      : []
  return [...certificate, answer, ...plain]
}

/**
 * Checks that an ingestor answers inside the cluster, where TLS has ended or is for another name.
 */
export async function checkIngestor(address: string): Promise<readonly Finding[]> {
  return [await checkAnswer(new URL(PROBE_PATH, address), findingsOf('ingestor'))]
}

async function checkAnswer(url: URL, findings: Findings): Promise<Finding> {
  const status = await probe(url).catch((error: unknown) => String(error))
  // A client without the verify token is refused, and only an ingestor refuses in this way.
  if (status === 401) return findings.ok(`an ingestor answers at ${url.origin}`)
  return typeof status === 'number'
    ? findings.broken(
        `${url.href} answers ${status} instead of 401: that is no ingestor`,
        UNREACHED,
      )
    : findings.broken(`${url.origin} does not answer: ${status}`, UNREACHED)
}

function isLocal({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

async function checkCertificate(url: URL, findings: Findings): Promise<readonly Finding[]> {
  const socket = await handshake(url).catch((error: unknown) => String(error))
  if (typeof socket === 'string') {
    return [findings.broken(`no TLS at ${url.host}: ${socket}`, UNREACHED)]
  }
  const certificate = socket.getPeerX509Certificate()
  const reason = socket.authorizationError
  socket.destroy()
  if (certificate === undefined) {
    return [findings.broken(`${url.host} shows no certificate`, 'see TLS_CERT_FILE')]
  }
  const renew = 'renew it: the ingestor takes a new file over by itself'
  const end = certificate.validToDate
  const daysLeft = Math.floor((end.getTime() - Date.now()) / DAY_MS)
  const until = end.toISOString()
  if (daysLeft < 0) return [findings.broken(`the certificate expired at ${until}`, renew)]
  const found: Finding[] = [
    daysLeft < DAYS_LEFT_MIN
      ? findings.warning(`the certificate expires in ${daysLeft} days, at ${until}`, renew)
      : findings.ok(`the certificate is valid until ${until}`),
  ]
  const { hostname } = url
  const fits =
    isIP(hostname) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(hostname)
  if (fits === undefined) {
    found.push(
      findings.broken(
        `the certificate is not for ${hostname}`,
        'providers refuse it: get one for the name they use',
      ),
    )
  }
  // Its type is Error, but it really is the code of OpenSSL or of Node, or null.
  const code = reason === null || reason === undefined ? '' : String(reason)
  if (code !== '' && fits !== undefined) {
    found.push(
      findings.warning(
        `the certificate is not trusted here: ${code}`,
        'providers trust public authorities alone, and need the whole chain in TLS_CERT_FILE',
      ),
    )
  }
  return found
}

function handshake(url: URL): Promise<TLSSocket> {
  const { hostname } = url
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: hostname,
        port: Number(url.port || 443),
        rejectUnauthorized: false,
        ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      },
      () => resolve(socket),
    )
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
  })
}

/** Status of the answer, whatever the certificate. */
function probe(url: URL): Promise<number> {
  const options = { timeout: TIMEOUT_MS, agent: false as const }
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? request(url, { ...options, rejectUnauthorized: false })
        : requestPlain(url, options)
    sent.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.once('error', reject)
    sent.end()
  })
}
