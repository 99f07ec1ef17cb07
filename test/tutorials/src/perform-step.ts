import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { applyHunks } from './apply-hunks.ts'
import { findMissingLine } from './find-output.ts'
import { runCommand, type Shell } from './run-command.ts'
import { type CreateStep, type EditStep, type RunStep, type Step } from './steps.ts'
import { TutorialError } from './tutorial-error.ts'

/** Does in the shell's folder what a block says; throws where that fails. */
export function performStep(step: Step, shell: Shell): Promise<void> {
  switch (step.kind) {
    case 'create':
      return createFile(step, shell.directory)
    case 'edit':
      return editFile(step, shell.directory)
    case 'run':
      return runLines(step, shell)
  }
}

async function createFile(step: CreateStep, directory: string): Promise<void> {
  const path = join(directory, step.file)
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, step.content, { flag: 'wx' })
  } catch (error) {
    throw new TutorialError(step.place, `${step.file} cannot be created: ${String(error)}`)
  }
}

async function editFile(step: EditStep, directory: string): Promise<void> {
  const path = join(directory, step.file)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TutorialError(step.place, `${step.file} cannot be read: ${String(error)}`)
  })
  await writeFile(path, applyHunks(text, step))
}

async function runLines(step: RunStep, shell: Shell): Promise<void> {
  const { command, place, shouldFail } = step
  const { code, output } = await runCommand(command, shell)
  if (code === null || (code === 0) === shouldFail) {
    const end = code === null ? 'did not end in time' : `ended with exit code ${code}`
    const wanted = shouldFail ? ', and should fail' : ''
    throw new TutorialError(place, `${end}${wanted}:\n${command}\n${output}`)
  }
  const missing = findMissingLine(output, step.output)
  if (missing === undefined) return
  throw new TutorialError(place, `does not print '${missing}':\n${command}\n${output}`)
}
