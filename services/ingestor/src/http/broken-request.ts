import { type Duplex } from 'node:stream'
import { type ConnectionProblem } from './ingestor-metrics.ts'

interface BrokenRequest {
  readonly problem: ConnectionProblem
  readonly status: string
}

function toBrokenRequest(code: string | undefined): BrokenRequest {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { problem: 'timeout', status: '408 Request Timeout' }
    case 'HPE_HEADER_OVERFLOW':
      return { problem: 'header_overflow', status: '431 Request Header Fields Too Large' }
    case undefined:
    default:
      return { problem: 'malformed', status: '400 Bad Request' }
  }
}

/** For input that is not a valid request: too slow, a head that is too long, or not HTTP. */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Duplex,
  onProblem: (problem: ConnectionProblem) => void,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { problem, status } = toBrokenRequest(error.code)
  onProblem(problem)
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => {
    socket.destroy()
  })
}
