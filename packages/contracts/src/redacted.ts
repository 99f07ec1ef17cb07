// Up to the last @ before a space or a quote: a password may hold any other character, typed as it
// is.
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'`<>]*@/gi
const SECRET_PARAMETERS = /([?&](?:password|secret|token|access_token)=)[^&\s"'`<>]*/gi
// The only messages of V8's JSON.parse that quote what was to be read.
const QUOTED_JSON = /Unexpected token [\s\S]* is not valid JSON/g

/**
 * Text for a log, a span, an answer or a terminal: without users, passwords and secret parameters
 * of the URLs in it, and without the input that a JSON parser quotes. The rest is unchanged.
 */
export function redacted(text: string): string {
  return text
    .replaceAll(URL_CREDENTIALS, '$1')
    .replaceAll(SECRET_PARAMETERS, '$1…')
    .replaceAll(QUOTED_JSON, 'not valid JSON')
}
