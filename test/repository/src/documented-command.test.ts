// Goal: the command of every page is this project's, wherever it is typed. Method: every text of
// the repository is read, and the command is run in a folder where nothing is installed.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readText, repositoryFiles, root, run } from './repository.fixture.ts'
import { startRegistry } from './registry.fixture.ts'

/** It says why the form is not used. */
const ABOUT_THE_FORM = 'docs/decisions/0160-the-command-is-a-file.md'
const FETCHING_FORM = /np[x] (--?\S+ )*wabastream|np[m] (exec|x) (--?\S+ )*wabastream/

describe('the documented command', () => {
  it('is never one that a registry may answer', () => {
    const files = repositoryFiles().filter((file) => file !== ABOUT_THE_FORM)
    expect(files.length).toBeGreaterThan(500)
    const wrong = files.filter((file) => FETCHING_FORM.test(readText(file)))
    expect(wrong).toEqual([])
    expect(FETCHING_FORM.test(readText(ABOUT_THE_FORM))).toBe(true)
  })

  it('asks no registry for a package of its name where nothing is installed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'wabastream-clone-'))
    const registry = await startRegistry()
    for (const part of [
      'wabastream',
      'bin',
      'scripts',
      'package.json',
      'package-lock.json',
      '.npmrc',
    ]) {
      cpSync(join(root, part), join(directory, part), { recursive: true })
    }
    const env = {
      npm_config_registry: registry.url,
      npm_config_cache: join(directory, 'npm'),
      npm_config_fetch_retries: '0',
    }
    const { code, err } = await run(join(directory, 'wabastream'), ['topics'], {
      cwd: directory,
      env,
    })
    await registry.close()
    rmSync(directory, { recursive: true })
    expect({ code, isInstalling: err.includes('installing npm packages') }).toEqual({
      code: 1,
      isInstalling: true,
    })
    expect(registry.requests.length).toBeGreaterThan(0)
    expect(
      registry.requests.filter((request) => /GET \/(@[^/]*\/)?wabastream\b/.test(request)),
    ).toEqual([])
  })
})
