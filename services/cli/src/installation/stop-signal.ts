const EXIT_INTERRUPTED = 130
/** Ctrl-C reaches the whole group, and our parent passes it on, so one signal may arrive twice. */
const SAME_SIGNAL_MS = 1_000

export interface StopSignal {
  readonly signal: AbortSignal
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly asked: Promise<void>
  /** Leaves signals to others again, for what is stopped has come to its end. */
  close(): void
}

/** The first SIGINT or SIGTERM asks for a stop; one more, later, ends the process at once. */
export function watchStopSignal(onFirst: () => void): StopSignal {
  const controller = new AbortController()
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  let firstMs = 0
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - firstMs > SAME_SIGNAL_MS) process.exit(EXIT_INTERRUPTED)
      return
    }
    firstMs = performance.now()
    onFirst()
    controller.abort(new Error('stopped'))
    resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    asked,
    close() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
