// Goal: `docker compose` takes the file. Method: its own parser reads it, with every rule it has.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { asObject, at } from '../tools/json.ts'
import { pathOf, readText } from '../tools/repository.ts'
import { toolPath } from '../tools/install-tools.ts'
import { runCommand } from '../tools/run-command.ts'

const FILE = pathOf('deploy/compose/compose.yaml')
const version = String(at(JSON.parse(readText('package.json')), 'version'))

describe('compose-go', () => {
  it('reads the file, and finds one image for all services of ours', async () => {
    const { code, stderr, stdout } = await runCommand(toolPath('compose'), [FILE])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const project: unknown = JSON.parse(stdout)
    const images = Object.values(asObject(at(project, 'services')))
      .map((service) => String(at(service, 'image')))
      .filter((image) => image.startsWith('wabastream'))
    expect(images.length).toBe(9)
    expect(new Set(images)).toEqual(new Set([`wabastream:${version}`]))
  })

  it.each([
    ['a field that there is none of', (text: string) => text.replace('read_only:', 'read_olny:')],
    [
      'a dependency on nobody',
      (text: string) => text.replace('      clickhouse: {', '      house: {'),
    ],
    ['a volume that is not declared', (text: string) => text.replace('\n  state: {}', '')],
  ])('would refuse %s', async (_, breakIt) => {
    const directory = await mkdtemp(join(tmpdir(), 'compose-'))
    const broken = join(directory, 'compose.yaml')
    await writeFile(broken, breakIt(readText('deploy/compose/compose.yaml')))
    expect((await runCommand(toolPath('compose'), [broken])).code).toBe(1)
    await rm(directory, { recursive: true })
  })
})
