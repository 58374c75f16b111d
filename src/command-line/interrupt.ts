/** Ctrl-C and SIGTERM: once to end cleanly, twice to end at once. */

/** What shells say of a process that a signal ended: 128 and its number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Stop = keyof typeof EXIT_CODES;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** 130 after Ctrl-C, 143 after SIGTERM, undefined after neither. */
  exitCode(): number | undefined;
  /** Signals end the process again, as they do by default. */
  forget(): void;
}

/** @param onFirst told when the run begins to end */
export function interruptSignal(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listen = (stop: Stop): void => {
    if (exitCode !== undefined) process.exit(exitCode);
    exitCode = EXIT_CODES[stop];
    onFirst();
    controller.abort();
  };
  const stops = Object.keys(EXIT_CODES) as Stop[];
  for (const stop of stops) process.on(stop, listen);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    forget() {
      for (const stop of stops) process.off(stop, listen);
    },
  };
}
