import { createHash, timingSafeEqual } from 'node:crypto'

/** The keys that are valid for a number; several at once where a new one leaves the old alone. */
export class KeyRing {
  #digests: Buffer[] = []

  constructor(key: string) {
    this.add(key)
  }

  add(key: string): void {
    this.#digests.push(digestOf(key))
  }

  replaceWith(key: string): void {
    this.#digests = [digestOf(key)]
  }

  holds(key: string): boolean {
    const digest = digestOf(key)
    return this.#digests.some((known) => timingSafeEqual(known, digest))
  }
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
