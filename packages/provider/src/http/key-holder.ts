import { ProviderError } from '../port/provider-error.ts'

/** Reads the key from where it lies. */
export type ReadKey = () => Promise<string>

export interface KeyHolder {
  /**
   * Works with the key. If the provider refuses it and another lies there by now, because it has
   * been rotated, works once more with that.
   */
  withKey<T>(work: (key: string) => Promise<T>): Promise<T>
}

export function createKeyHolder(readKey: ReadKey): KeyHolder {
  let held: string | undefined
  async function read(): Promise<string> {
    try {
      held = await readKey()
      return held
    } catch (error) {
      if (error instanceof ProviderError) throw error
      const reason = error instanceof Error ? error.message : 'unknown reason'
      throw new ProviderError('key_invalid', `its key cannot be read: ${reason}`, { cause: error })
    }
  }
  return {
    async withKey(work) {
      const key = held ?? (await read())
      try {
        return await work(key)
      } catch (error) {
        if (!(error instanceof ProviderError) || error.kind !== 'key_invalid') throw error
        const fresh = await read()
        if (fresh === key) throw error
        return work(fresh)
      }
    },
  }
}
