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
        'await own.append({ number, messageId, markedAt, askedBy })',
        `list.finish(message, { nowMs: now(), isRefused: false })
    await this.#keep()
    await own.append({ number, messageId, markedAt, askedBy })`,
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
