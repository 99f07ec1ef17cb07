import { describe, expect, it } from '@jest/globals'
import { retryCoordinatorSearch } from './coordinator-search.ts'

function failing(error: Error): { findGroupCoordinatorMetadata(sought: object): Promise<unknown> } {
  class Cluster {
    async findGroupCoordinatorMetadata(): Promise<unknown> {
      throw error
    }
  }
  retryCoordinatorSearch(Cluster)
  return new Cluster()
}

describe('retryCoordinatorSearch', () => {
  it('lets a consumer that found no coordinator try again', async () => {
    const error = Object.assign(new Error('none'), {
      name: 'KafkaJSGroupCoordinatorNotFound',
      retriable: false,
    })
    await expect(failing(error).findGroupCoordinatorMetadata({})).rejects.toMatchObject({
      name: 'KafkaJSGroupCoordinatorNotFound',
      retriable: true,
    })
  })

  it('leaves other errors as they are', async () => {
    const error = Object.assign(new Error('refused'), { retriable: false })
    await expect(failing(error).findGroupCoordinatorMetadata({})).rejects.toMatchObject({
      retriable: false,
    })
  })
})
