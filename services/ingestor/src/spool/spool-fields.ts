import { integerField, optionalTextField } from '@wabastream/service-host'

const MIB = 1_048_576

export const spoolFields = {
  spoolDir: optionalTextField(
    'folder for webhooks while Kafka is away, on a disk that lasts; switches the spool on',
  ),
  spoolBytesMax: integerField({
    fallback: 1_024 * MIB,
    min: MIB,
    max: 1_048_576 * MIB,
    description: 'size of the spool on disk; past it 503',
  }),
  spoolHighPercent: integerField({
    fallback: 80,
    min: 1,
    max: 100,
    description: 'from here on the spool raises the alarm and, while Kafka is away, is not ready',
  }),
  spoolLowPercent: integerField({
    fallback: 60,
    min: 0,
    max: 100,
    description: 'the alarm ends when the spool is down to this',
  }),
  spoolAfterMs: integerField({
    fallback: 2_000,
    min: 50,
    max: 60_000,
    description: 'what Kafka has not acked by then goes to the spool',
  }),
}
