/** Where the operators of sessions really ran, told and put together. */
import type { Engine, Placement, Session } from './engine.js';

/** The operators of several sessions together. */
export function togetherOn(placements: readonly Placement[]): Placement {
  const operators: Record<string, Record<string, number>> = {};
  const computeOnCpu: Record<string, number> = {};
  for (const placement of placements) {
    for (const [device, counts] of Object.entries(placement.operators)) {
      operators[device] ??= {};
      addTo(operators[device], counts);
    }
    addTo(computeOnCpu, placement.computeOnCpu);
  }
  return { operators, computeOnCpu };
}

/** `webgpu`, and where operators of the path of computation were left to the CPU: `webgpu and cpu (TopK ×4, Resize)`. */
export function deviceText(device: string, { operators, computeOnCpu }: Placement): string {
  if (Object.keys(computeOnCpu).length === 0) return device;
  const left = `cpu (${countsText(computeOnCpu)})`;
  return operators[device] === undefined ? left : `${device} and ${left}`;
}

/** `TopK ×4, Resize` */
export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
    .join(', ');
}

/** An engine, and where the sessions that it made have run so far. */
export interface WatchedEngine {
  readonly engine: Engine;
  /** Undefined where no session tells. */
  seen(): Placement | undefined;
}

/** Sessions are remembered until they are released. */
export function watchPlacements(engine: Engine): WatchedEngine {
  const sessions = new Set<Session>();
  return {
    engine: {
      ...engine,
      async createSession(graph, options) {
        const session = await engine.createSession(graph, options);
        sessions.add(session);
        return {
          get device() {
            return session.device;
          },
          placement: () => session.placement?.(),
          run: (feeds, outputs) => session.run(feeds, outputs),
          ...(session.runOnDevice && { runOnDevice: session.runOnDevice }),
          async release() {
            sessions.delete(session);
            await session.release();
          },
        };
      },
    },
    seen() {
      const placements = [...sessions].flatMap((session) => session.placement?.() ?? []);
      return placements.length === 0 ? undefined : togetherOn(placements);
    },
  };
}

function addTo(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
