import { describe, expect, it } from '@jest/globals'
import { takenPortIn } from './taken-port.ts'

describe('takenPortIn', () => {
  it.each([
    'Error: listen EADDRINUSE: address already in use 127.0.0.1:25455\n    at Server.listen',
    '{"level":60,"err":{"message":"listen EADDRINUSE: address already in use :::25455"}}',
    'Error: listen EADDRINUSE: address already in use ::1:25455',
    'KafkaException: Socket server failed to bind to 127.0.0.1:25455: Address already in use.',
    'ERROR (main) Port 25455 seems to be in use by another process. Quarkus may already be running',
    'level=error err="listen tcp 127.0.0.1:25455: bind: address already in use"',
  ])('finds the port in %j', (output) => {
    expect(takenPortIn(`starting\n${output}\n`)).toBe(25_455)
  })

  it('finds none in an output about something else', () => {
    expect(takenPortIn('listening on 127.0.0.1:25455\nended')).toBeUndefined()
  })
})
