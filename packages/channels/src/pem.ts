const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates in a file, each for itself, in their order. */
export function splitPem(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? []
}
