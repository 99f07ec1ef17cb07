import { STATUS_CODES } from 'node:http'
import { type IncomingRequestListener } from '../admission/incoming-request.ts'

/** For load balancers, which cannot reach the admin port. */
const HEALTH_PATH = '/health'

export interface HealthPathOptions {
  readonly isReady: () => boolean
  readonly onChecked: (isReady: boolean) => void
}

/**
 * Answers `GET` and `HEAD /health`: 200 while the instance is ready, otherwise 503, without the
 * reason. Everything else goes on to `next`.
 */
export function withHealthPath(
  { isReady, onChecked }: HealthPathOptions,
  next: IncomingRequestListener,
): IncomingRequestListener {
  return function healthPath(request, response) {
    const { headers, method, url } = request
    const isCheck = url === HEALTH_PATH && (method === 'GET' || method === 'HEAD')
    const hasBody = 'content-length' in headers || 'transfer-encoding' in headers
    if (!isCheck || hasBody) return next(request, response)
    const isWell = isReady()
    onChecked(isWell)
    const status = isWell ? 200 : 503
    const text = STATUS_CODES[status] ?? ''
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': text.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(method === 'HEAD' ? undefined : text)
  }
}
