/**
 * What each table of a generation holds. Rows may be there several times until they are merged: the
 * views are right at any time.
 */
export const tableTexts: Readonly<Record<string, string>> = {
  message_events:
    'Facts that the provider reported about messages: one row per item of a webhook and message ' +
    'that it is about, repetitions by the provider included.',
  message_content:
    'What messages said, with names, kept for CONTENT_RETENTION_DAYS: one row per item of a webhook ' +
    'that has content. Personal data.',
  message_timeline:
    'States of messages and group participants, which merge to the last one: one row per message, ' +
    'participant and anchor day.',
  status_transitions: 'Status changes: one row per message, participant, status and time of it.',
  contact_aliases:
    'Facts by which two ids are one person: one row per account, number, kind, pair and source.',
  numbers: 'Numbers of the business: one row per number, account and display number.',
  group_timeline:
    'What counting messages to groups asks for: the rows of message_timeline that are about groups.',
  group_timeline_of_timelines:
    'Keeps what is inserted into message_timeline about groups; holds no rows.',
  day_marks:
    'When something of a day of a number was last written, and last counted: one row per anchor ' +
    'day and number.',
  day_marks_of_timelines:
    'Marks the days that an insert into message_timeline touches; holds no rows.',
  funnel_rollup:
    'Counts of messages to persons, for funnel_hourly: rows of the last attempt hold, of days that ' +
    'are not stale.',
  quality_rollup:
    'Counts of messages by day, for number_quality: rows of the last attempt hold, of days that ' +
    'are not stale.',
  billing_rollup:
    'Counts of messages by charge, for billing: rows of the last attempt hold, of days that are ' +
    'not stale.',
  alias_marks:
    'What was said of persons in the last days, for persons: one row per pair of ids and insert.',
  contact_aliases_marked: 'Marks what an insert into contact_aliases says; holds no rows.',
  settled_persons: 'Which ids are one person, as far as it is settled: one row per scope and id.',
  settled_aliases: 'Until when it is settled which ids are one person: one row per step.',
  raw_webhooks: 'Records of the raw log, with the verdict of the decoder: one row per record.',
  dead_letters: 'What could not be processed, with its bytes: one row per item and stage.',
  errors: 'Errors that the provider reported: one row per error of an item of a webhook.',
  error_codes: 'The catalogue of error codes: one row per code.',
  account_events: 'What is about no message: one row per item of a webhook.',
  template_categories:
    'Categories of templates, as reported: one row per report. Filled with each insert of ' +
    'account_events.',
  template_categories_of_events:
    'Fills template_categories with each insert of account_events; has no rows itself.',
  reconciliation_slices: 'Comparisons with the raw topic: one row per slice of a partition.',
  migrations: 'Migrations that were applied: one row per migration.',
}
