/** Ctrl-C: once to end cleanly, twice to end at once. */

const INTERRUPTED = 130;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Ctrl-C ends the process again, as it does by default. */
  forget(): void;
}

/** @param onFirst told when the run begins to end */
export function interruptSignal(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const listen = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    onFirst();
    controller.abort();
  };
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  return {
    signal: controller.signal,
    forget() {
      process.off('SIGINT', listen);
      process.off('SIGTERM', listen);
    },
  };
}
