import { edit, type Protection } from './protection.ts'

/** Protections of numbers at their providers. */
export const numberProtections: readonly Protection[] = [
  {
    name: 'a-new-key-sets-the-url-again',
    case: 'number-rotates-key',
    edits: [
      edit(
        'packages/provider/src/rotation/rotation-step.ts',
        "if (!facts.isUrlSet) return 'set_url'\n  if (!facts.isSeen) return 'check_status'",
        '// What the provider says is not looked at.',
      ),
    ],
  },
]
