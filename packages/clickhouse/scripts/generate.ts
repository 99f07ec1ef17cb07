// Writes the tables of docs/analysts.md from what the views say of themselves.
import { readFileSync, writeFileSync } from 'node:fs'
import { viewTexts } from '../src/views/all-views.ts'
import { fillGuide } from '../src/dictionary/guide.ts'

const guide = new URL('../../../docs/analysts.md', import.meta.url)
writeFileSync(guide, fillGuide(readFileSync(guide, 'utf8'), viewTexts))
