import { edit, type Protection } from './protection.ts'

const DISPATCHER = 'packages/forwarding/src/dispatch/dispatcher.ts'
const POSTER = 'packages/forwarding/src/sending/poster.ts'
const READER = 'services/forwarder/src/destination-reader.ts'

/** Protections of the forwarder. */
export const forwardProtections: readonly Protection[] = [
  {
    name: 'settled-behind-the-answer',
    case: 'forward-killed-at-each-step',
    edits: [
      edit(
        DISPATCHER,
        'const answer = await poster.post(delivery.webhook, replay)',
        `this.#settle(delivery, 'acknowledged')
      const answer = await poster.post(delivery.webhook, replay)`,
      ),
    ],
  },
  {
    name: 'settled-behind-the-letter',
    case: 'forward-killed-at-each-step',
    edits: [
      edit(
        DISPATCHER,
        'await this.#options.giveUp(given)',
        `this.#settle(given.delivery, 'refused')
    await this.#options.giveUp(given)`,
      ),
    ],
  },
  {
    name: 'position-is-the-first-pending',
    case: 'forward-killed-plainly',
    edits: [
      edit(
        'packages/forwarding/src/ledger/ledger.ts',
        'return { offset, metadata',
        'return { offset: this.#next, metadata',
      ),
    ],
  },
  {
    name: 'ledger-is-read-when-a-partition-is-taken',
    case: 'forward-killed-plainly',
    edits: [
      edit(
        'services/forwarder/src/group-positions.ts',
        ': Ledger.from(own)',
        ': Ledger.begin(own.offset)',
      ),
    ],
  },
  {
    name: 'nobody-is-blamed-while-nothing-is-accepted',
    case: 'forward-destination-away',
    edits: [
      edit(
        DISPATCHER,
        'if (hasAcceptedOthers || isSuspect) delivery.failures += 1',
        'delivery.failures += 1',
      ),
    ],
  },
  {
    name: 'what-failed-before-says-nothing-of-the-destination',
    case: 'forward-failing-kind',
    edits: [
      edit(
        'packages/forwarding/src/dispatch/destination-health.ts',
        'if (!isFirstTry && !this.isAway) return',
        'void isFirstTry',
      ),
      edit(DISPATCHER, 'const isNewFirst = this.#turn % 2 === 0', 'const isNewFirst = false'),
    ],
  },
  {
    name: 'no-answer-is-no-acknowledgement',
    case: 'forward-answered-late',
    edits: [
      edit(
        DISPATCHER,
        "if (answer.kind === 'acknowledged') {",
        "if (answer.kind === 'acknowledged' || answer.kind === 'unreachable') {",
      ),
    ],
  },
  {
    name: 'failures-are-repeated',
    case: 'forward-failing-now-and-then',
    edits: [
      edit(
        'packages/forwarding/src/sending/answer.ts',
        'if (status >= 200 && status < 300)',
        'if (status >= 200)',
      ),
    ],
  },
  {
    name: 'an-answer-has-an-end',
    case: 'forward-closed-mid-answer',
    edits: [
      edit(
        POSTER,
        "this.#settle(unreachable(this.#answer === undefined ? causeOf(error) : 'broken_answer'))",
        'this.#settle(this.#answer ?? unreachable(causeOf(error)))',
      ),
    ],
  },
  {
    name: 'an-answer-has-a-deadline',
    case: 'forward-slow-answers',
    edits: [
      edit(
        POSTER,
        "setTimeout(() => this.#end(unreachable('timeout')), timeoutMs)",
        "setTimeout(() => this.#end(unreachable('timeout')), timeoutMs * 3_600)",
      ),
    ],
  },
  {
    name: 'each-destination-has-its-own-health',
    case: 'forward-one-of-five-dead',
    edits: [
      edit(
        DISPATCHER,
        'this.#health = new DestinationHealth(random)',
        'this.#health = Object(globalThis).health ??= new DestinationHealth(random)',
      ),
    ],
  },
  {
    name: 'what-is-given-back-is-not-paused',
    case: 'forward-rebalanced-while-full',
    edits: [edit(READER, 'this.#pauses.end(lane)', 'void lane')],
  },
]
