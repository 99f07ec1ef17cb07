import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { asList, at, type Json } from '../tools/json.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** What the server accepted with a warning. */
  readonly warnings: readonly string[]
}

export interface ApiClient {
  get(path: string): Promise<Answer>
  /** Server-side apply, with fields that the server does not know as errors. */
  apply(resource: Json): Promise<Answer>
  /** Asks for something to be made that is named by no `metadata`, such as a token. */
  post(path: string, body: Json): Promise<Answer>
  /** By its path. */
  delete(path: string): Promise<Answer>
  /** Judges a new object as if it were to be stored. */
  tryToCreate(resource: Json): Promise<Answer>
}

export interface Connection {
  readonly port: number
  readonly token: string
  /** The server's own certificate, which it has signed itself (PEM). */
  readonly authority: string
}

interface Call {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST'
  readonly path: string
  readonly contentType?: string
  readonly body?: Json
}

export function createApiClient(connection: Connection): ApiClient {
  const call = (options: Call): Promise<Answer> => send(connection, options)
  const pathOf = async (resource: Json): Promise<string> => {
    const version = String(resource['apiVersion'])
    const base = version.includes('/') ? `/apis/${version}` : `/api/${version}`
    const kinds = asList(at((await call({ method: 'GET', path: base })).body, 'resources'))
    const kind = kinds.find(
      (one) => at(one, 'kind') === resource['kind'] && !String(at(one, 'name')).includes('/'),
    )
    if (kind === undefined)
      throw new Error(`The server has no ${version} ${String(resource['kind'])}`)
    const namespace =
      at(kind, 'namespaced') === true
        ? `/namespaces/${String(at(resource, 'metadata', 'namespace'))}`
        : ''
    return `${base}${namespace}/${String(at(kind, 'name'))}`
  }
  return {
    get: (path) => call({ method: 'GET', path }),
    post: (path, body) => call({ method: 'POST', path, body, contentType: 'application/json' }),
    delete: (path) => call({ method: 'DELETE', path }),
    async apply(resource) {
      const name = String(at(resource, 'metadata', 'name'))
      return call({
        method: 'PATCH',
        body: resource,
        contentType: 'application/apply-patch+yaml',
        path: `${await pathOf(resource)}/${name}?fieldManager=test&force=true&fieldValidation=Strict`,
      })
    },
    async tryToCreate(resource) {
      return call({
        method: 'POST',
        body: resource,
        contentType: 'application/json',
        path: `${await pathOf(resource)}?dryRun=All&fieldValidation=Strict`,
      })
    },
  }
}

async function send(connection: Connection, call: Call): Promise<Answer> {
  const sent = request({
    host: '127.0.0.1',
    port: connection.port,
    ca: connection.authority,
    method: call.method,
    path: call.path,
    headers: {
      authorization: `Bearer ${connection.token}`,
      accept: 'application/json',
      ...(call.contentType !== undefined && { 'content-type': call.contentType }),
    },
  })
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', (response) => {
      text(response)
        .then((received) => {
          // Health is plain text.
          const isJson = String(response.headers['content-type']).startsWith('application/json')
          const body: unknown = isJson ? JSON.parse(received) : received
          const warnings = response.headersDistinct['warning'] ?? []
          resolve({ status: response.statusCode ?? 0, body, warnings })
        })
        .catch(reject)
    })
  })
  sent.end(call.body === undefined ? undefined : JSON.stringify(call.body))
  return answered
}
