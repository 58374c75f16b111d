/** Which engines there are, and whether each of their devices computes. */
import { type Engine, engineNames, openEngine } from '../../engines/index.js';
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import type { DeviceTrial, TryDevice } from './device-trial.js';
import type { Finding } from './finding.js';

/** @param open loads an engine @param tryDevice computes something small on a device, in a process of its own */
export async function engineFindings(
  tryDevice: TryDevice,
  open: (name: string) => Promise<Engine> = openEngine,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of engineNames) {
    try {
      const engine = await open(name);
      for (const device of engine.devices ?? ['cpu'])
        findings.push({
          area: 'engine',
          what: `${name} ${device}`,
          ...(await deviceFinding(engine, device, tryDevice)),
        });
    } catch (thrown) {
      findings.push({ area: 'engine', what: name, ...brokenBy(thrown), next: 'npm ci' });
    }
  }
  return findings;
}

type Judgement = Omit<Finding, 'area' | 'what'>;

async function deviceFinding(engine: Engine, device: string, tryDevice: TryDevice): Promise<Judgement> {
  try {
    engine.requireDevice?.(device);
  } catch (thrown) {
    return unavailableBy(thrown);
  }
  const trial = await tryDevice(engine.name, device);
  return trial.ran ? rightDevice(engine, device, trial) : didNotRun(device, trial);
}

/** It ran: on the device that was asked for? */
function rightDevice(engine: Engine, device: string, trial: DeviceTrial & { readonly ran: true }): Judgement {
  const precisions = (engine.precisions?.(device) ?? ['float32']).join(', ');
  const threads = engine.threadLimit?.(device);
  const bound = threads === undefined ? '' : `; ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  if (trial.device === device)
    return { state: 'ok', detail: `version ${engine.version}; ${precisions}${bound}` };
  return {
    state: 'broken',
    detail: `computes on ${trial.device} instead`,
    next: 'Check the driver of the device; what runs on it now is invalid.',
  };
}

/** No GPU is no fault of the installation; libraries that do not load are one. */
function didNotRun(
  device: string,
  { what, allowed, next, isAbsent }: DeviceTrial & { readonly ran: false },
): Judgement {
  const needs = allowed === undefined ? '' : `; ${allowed}`;
  return {
    state: isAbsent ? 'not available' : 'broken',
    detail: `${what}${needs}`,
    next:
      next ??
      `turbo-bench runs on another device meanwhile: engine: {device: ${device === 'cpu' ? 'wasm, name: tfjs' : 'cpu'}}`,
  };
}

function unavailableBy(thrown: unknown): Judgement {
  if (!(thrown instanceof TurboError)) return brokenBy(thrown);
  const { allowed, next } = thrown.parts;
  return {
    state: 'not available',
    detail: allowed === undefined ? thrown.what : `${thrown.what}; ${allowed}`,
    ...(next === undefined ? {} : { next }),
  };
}

function brokenBy(thrown: unknown): Judgement {
  return { state: 'broken', detail: messageOf(thrown).split('\n')[0]! };
}
