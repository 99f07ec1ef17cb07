// For `node --import`: loads the program without the protection that WABASTREAM_WITHOUT names.
import { registerHooks } from 'node:module'
import { type Protection } from './protection.ts'
import { protections } from './protections.ts'

const name = process.env['WABASTREAM_WITHOUT']
const taken = protections.find((protection) => protection.name === name)
if (taken === undefined) throw new Error(`no protection is called '${name}'`)

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const edits = taken.edits.filter(({ file }) => url.endsWith(`/${file}`))
    if (edits.length === 0) return loaded
    const { source = '' } = loaded
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
    return { ...loaded, source: edits.reduce(takeOut, text) }
  },
})

function takeOut(source: string, { file, original, without }: Protection['edits'][number]): string {
  if (!source.includes(original)) throw new Error(`${file} has no '${original}'`)
  return source.replace(original, () => without)
}
