import { edit, type Protection } from './protection.ts'

/** Protections of all services, against servers and orchestrators that come and go. */
export const serverProtections: readonly Protection[] = [
  {
    name: 'ack-by-all-replicas',
    case: 'brokers-two-down',
    edits: [
      edit('packages/kafka/src/producer/producer-lane.ts', 'acks: -1,', 'acks: 1,'),
      edit(
        'packages/kafka/src/producer/producer-lane.ts',
        'idempotent: true,',
        'idempotent: false,',
      ),
    ],
  },
  {
    name: 'two-replicas-in-sync',
    case: 'brokers-two-down',
    edits: [
      edit(
        'services/cli/src/installation/topics.ts',
        "'min.insync.replicas': String(minInsyncReplicas)",
        "'min.insync.replicas': '1'",
      ),
    ],
  },
  {
    name: 'joins-until-it-has',
    case: 'brokers-ended',
    edits: [
      edit(
        'packages/kafka/src/wire/group-membership.ts',
        'group.joinAndSync = function joinOnce()',
        'const left = { join: group }; left.join = function joinOnce()',
      ),
    ],
  },
  {
    name: 'registry-is-waited-for',
    case: 'registry-away',
    edits: [
      edit(
        'packages/service-host/src/until-available.ts',
        'if (isPermanent?.(error) === true) throw error',
        'throw error',
      ),
    ],
  },
  {
    name: 'sigterm-stops-in-order',
    case: 'rolling-restart',
    edits: [
      edit(
        'packages/service-host/src/run-service.ts',
        "process.on('SIGTERM', onSignal)",
        'void onSignal',
      ),
    ],
  },
]
