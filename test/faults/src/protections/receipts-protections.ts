import { edit, type Protection } from './protection.ts'

const SESSION = 'services/read-receipts/src/session/session.ts'

/** Protections of read receipts. */
export const receiptsProtections: readonly Protection[] = [
  {
    name: 'mark-is-recorded-before-it-is-done',
    case: 'read-receipts-killed',
    edits: [
      edit(
        SESSION,
        'if (!(await own.append(mark, () => this.isClosed))) return',
        `list.finish(message, { nowMs: now(), isRefused: false })
    await this.#keep()
    if (!(await own.append(mark, () => this.isClosed))) return`,
      ),
    ],
  },
  {
    name: 'what-was-done-is-read-before-marking',
    case: 'read-receipts-killed',
    edits: [
      edit(
        SESSION,
        `if (this.#behind.size === 0) this.#open()
  }

  /** Resolves`,
        `this.#open()
  }

  /** Resolves`,
      ),
    ],
  },
]
