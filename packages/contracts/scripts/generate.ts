// Writes src/generated from schemas/: types, the vocabulary, the comparison of timelines, and each
// schema as self-contained text.
import { writeFileSync } from 'node:fs'
import { emitComparison } from './emit-comparison.ts'
import { emitSchemaTexts } from './emit-schema-texts.ts'
import { emitTypes } from './emit-types.ts'
import { emitVocabulary } from './emit-vocabulary.ts'
import { readRecords } from './schema.ts'

const records = readRecords()
const all = [...records.values()]

function write(file: string, text: string): void {
  const header = '// Generated from schemas/ by `npm run generate`. Do not edit.\n'
  writeFileSync(new URL(`../src/generated/${file}`, import.meta.url), header + text)
}

write('types.ts', emitTypes(all))
write('vocabulary.ts', emitVocabulary(all))
write('comparison.ts', emitComparison(all))
write('schema-texts.ts', emitSchemaTexts(records))
