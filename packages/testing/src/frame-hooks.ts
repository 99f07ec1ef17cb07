export interface HeldFrame {
  /** Includes the size in front. */
  readonly frame: Buffer
  /** Port of the client's end, which shows the process that it belongs to. */
  readonly clientPort: number
}

/** Resolves when the frame may go on; with 'drop' it never arrives, and its connection lives on. */
export type FrameHook = (held: HeldFrame) => Promise<'drop' | void> | 'drop' | void

/** Hooks by API key, asked in the order in which they were added. */
export class FrameHooks {
  readonly #hooks = new Map<number, Set<FrameHook>>()

  add(apiKey: number, hook: FrameHook): () => void {
    const hooks = this.#hooks.get(apiKey) ?? new Set()
    this.#hooks.set(apiKey, hooks.add(hook))
    return () => {
      hooks.delete(hook)
    }
  }

  async ask(apiKey: number, held: HeldFrame): Promise<'pass' | 'drop'> {
    for (const hook of this.#hooks.get(apiKey) ?? []) {
      if ((await hook(held)) === 'drop') return 'drop'
    }
    return 'pass'
  }
}
