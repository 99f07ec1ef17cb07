/** The address of a server, separated from the credentials, which never appear in a URL again. */
export interface ServerAddress {
  /** Safe to print and to hand to `fetch`. It does not end in a slash. */
  readonly url: string
  /** Empty where the address names none. */
  readonly username: string
  readonly password: string
  /** Value of the Authorization header (Basic); undefined where the address names nobody. */
  readonly authorization: string | undefined
}

/** Every configured URL goes through here. Throws an error that does not quote the address. */
export function parseServerAddress(address: string): ServerAddress {
  if (!URL.canParse(address)) throw new Error('an address is not a URL')
  const url = new URL(address)
  const username = decoded(url.username)
  const password = decoded(url.password)
  url.username = ''
  url.password = ''
  const pair = Buffer.from(`${username}:${password}`).toString('base64')
  return {
    url: url.href.replace(/\/$/, ''),
    username,
    password,
    authorization: username === '' && password === '' ? undefined : `Basic ${pair}`,
  }
}

/** A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
