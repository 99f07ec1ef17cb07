import { bestTime, ourTime, plain, type ViewText } from './view-text.ts'

export const detectionTexts = {
  detections: {
    shows:
      'What the service `watch` found to be wrong with a number, an account or a template, of ' +
      'whatever generation.',
    row: 'kind, number, subject and beginning',
    columns: {
      kind: plain(
        '`number_silent`, `statuses_lost`, `messages_stuck`, `provider_behind`, ' +
          '`failures_rising`, `error_out_of_band`, `number_flagged`, `number_limited`, ' +
          '`account_restricted` or `template_paused`',
      ),
      number: plain('phone number id of the business; empty where it is about none that is known'),
      subject: plain(
        'what of the number: an error code, a status; or the template, display number or account',
      ),
      since: bestTime('when it began: an hour, or when the provider reported it'),
      ended_at: bestTime('when it ended; null while it goes on'),
      reason: plain('why it counts, with the figures'),
      figures: plain('these figures by name, as a map'),
      logged_at: ourTime('when the row was written: that of the end, once it has ended'),
    },
  },
} satisfies Readonly<Record<string, ViewText>>
