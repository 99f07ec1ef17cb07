/**
 * What a lane does. `gathering`: nothing is on its way. `writing`: a batch is, and what is read
 * meanwhile belongs to the next one. `held`: the same, but reading waits because inserts fail or
 * the next batch is full. While draining, the lane has the same three states but takes nothing
 * more, not even a position, because rows are left out. `closed`: it drops what it has and commits
 * nothing.
 */
export type LaneState =
  | 'gathering'
  | 'writing'
  | 'held'
  | 'draining'
  | 'drainingWriting'
  | 'drainingHeld'
  | 'closed'

/**
 * `start`: a batch is sent. `stall`: an insert failed, or a full batch waits behind the one on its
 * way. `written`: the one on its way has arrived. `drain`: the process stops. `close`: the
 * partition was taken away, or the lane is broken.
 */
export type LaneEvent = 'start' | 'stall' | 'written' | 'drain' | 'close'

interface LaneRow {
  /** Whether it takes what is read. */
  readonly takes: boolean
  /** Whether a batch may go on its way. */
  readonly starts: boolean
  /** Whether reading waits. */
  readonly isPaused: boolean
  readonly on: Readonly<Record<LaneEvent, LaneState>>
}

/** Every event in every state: an event that is not possible leaves the state unchanged. */
export const laneStates: Readonly<Record<LaneState, LaneRow>> = {
  gathering: {
    takes: true,
    starts: true,
    isPaused: false,
    on: {
      start: 'writing',
      stall: 'gathering',
      written: 'gathering',
      drain: 'draining',
      close: 'closed',
    },
  },
  writing: {
    takes: true,
    starts: false,
    isPaused: false,
    on: {
      start: 'writing',
      stall: 'held',
      written: 'gathering',
      drain: 'drainingWriting',
      close: 'closed',
    },
  },
  held: {
    takes: true,
    starts: false,
    isPaused: true,
    on: {
      start: 'held',
      stall: 'held',
      written: 'gathering',
      drain: 'drainingHeld',
      close: 'closed',
    },
  },
  draining: {
    takes: false,
    starts: true,
    isPaused: false,
    on: {
      start: 'drainingWriting',
      stall: 'draining',
      written: 'draining',
      drain: 'draining',
      close: 'closed',
    },
  },
  drainingWriting: {
    takes: false,
    starts: false,
    isPaused: false,
    on: {
      start: 'drainingWriting',
      stall: 'drainingHeld',
      written: 'draining',
      drain: 'drainingWriting',
      close: 'closed',
    },
  },
  drainingHeld: {
    takes: false,
    starts: false,
    isPaused: true,
    on: {
      start: 'drainingHeld',
      stall: 'drainingHeld',
      written: 'draining',
      drain: 'drainingHeld',
      close: 'closed',
    },
  },
  closed: {
    takes: false,
    starts: false,
    isPaused: false,
    on: {
      start: 'closed',
      stall: 'closed',
      written: 'closed',
      drain: 'closed',
      close: 'closed',
    },
  },
}
