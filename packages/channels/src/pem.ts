const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates in a file, one by one, in their order. */
export function splitPem(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? []
}
