import { describe, expect, it } from '@jest/globals'
import { describeError } from '../output/describe-error.ts'
import { assertRoom } from './disk-room.ts'

const MIB = 1024 * 1024

describe('a full disk', () => {
  it('is reported before anything is started', async () => {
    await expect(assertRoom('/some/data', async () => 3 * MIB)).rejects.toThrow(
      'The disk of /some/data is full: 3 MiB are free, and at least 256 MiB are needed.',
    )
    await expect(assertRoom('/some/data', async () => 300 * MIB)).resolves.toBeUndefined()
  })

  it('is checked where the folder is going to be', async () => {
    await expect(assertRoom('/no/such/folder/yet')).resolves.toBeUndefined()
  })

  it('is reported without a stack trace when it fills up during a start', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
    })
    expect(describeError(error)).toBe('The disk is full: ENOSPC: no space left on device, write')
  })
})
