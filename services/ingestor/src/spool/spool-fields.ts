import { integerField, optionalTextField } from '@wabastream/service-host'

const MIB = 1_048_576

export const spoolFields = {
  spoolDir: optionalTextField(
    'folder on a persistent disk for webhooks while Kafka is away; switches the spool on',
  ),
  spoolBytesMax: integerField({
    fallback: 1_024 * MIB,
    min: MIB,
    max: 1_048_576 * MIB,
    description: 'largest size of the spool on disk; past it 503',
  }),
  spoolHighPercent: integerField({
    fallback: 80,
    min: 1,
    max: 100,
    description:
      'from here on the spool raises an alarm and, while Kafka is away, the ingestor is not ready',
  }),
  spoolLowPercent: integerField({
    fallback: 60,
    min: 0,
    max: 100,
    description: 'the alarm ends when the spool has drained to this',
  }),
  spoolAfterMs: integerField({
    fallback: 2_000,
    min: 50,
    max: 60_000,
    description: 'time after which a webhook that Kafka has not acked goes to the spool',
  }),
}
