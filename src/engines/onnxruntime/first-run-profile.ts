/** The profile of the first run of a session, which tells where every operator ran; later runs are not profiled. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { TurboError } from '../../errors/turbo-error.js';
import type { Placement, SessionOptions } from '../engine.js';
import { placementOf } from './placement.js';

export interface FirstRunProfile {
  /** To open the session with. */
  readonly options: Pick<InferenceSession.SessionOptions, 'enableProfiling' | 'profileFilePrefix'>;
  /** Ends profiling. To be called after the first run. */
  read(session: Pick<InferenceSession, 'endProfiling'>): Placement;
  /** Leaves nothing behind. Safe to call again. */
  remove(): void;
}

/** @throws TurboError where the experiment asks for a profile of its own */
export function firstRunProfile({ device, extra }: SessionOptions): FirstRunProfile {
  if (extra?.enableProfiling === true)
    throw new TurboError(`a profile of the device ${device} is taken to see where operators run`, {
      ...{ value: { enableProfiling: true }, where: 'engine.sessionOptions' },
      next: 'Leave enableProfiling out.',
    });
  const folder = mkdtempSync(join(tmpdir(), 'turbo-bench-profile-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return {
    options: { enableProfiling: true, profileFilePrefix: join(folder, 'profile') },
    read(session) {
      session.endProfiling();
      const [file] = readdirSync(folder);
      const placement = placementOf(file === undefined ? '[]' : readFileSync(join(folder, file), 'utf8'));
      remove();
      return placement;
    },
    remove,
  };
}
