import { readFile } from 'node:fs/promises'
import { KafkaError } from '../../wire/kafka-error.ts'
import { type TokenSource } from './token-source.ts'

/** Reads the file each time: Kubernetes replaces a projected token long before it expires. */
export function createTokenFileSource(path: string): TokenSource {
  return async function tokenOfFile() {
    let value: string
    try {
      value = (await readFile(path, 'utf8')).trim()
    } catch (error) {
      throw new KafkaError('unavailable', `the token for Kafka cannot be read from ${path}`, error)
    }
    if (value === '') throw new KafkaError('unavailable', `${path} holds no token for Kafka`)
    return { value, expiresAtMs: null }
  }
}
