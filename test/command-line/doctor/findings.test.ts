import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineFindings } from '../../../src/command-line/doctor/engine-findings.js';
import { type Finding, findingsText, isBroken } from '../../../src/command-line/doctor/finding.js';
import { hubFinding } from '../../../src/command-line/doctor/hub-finding.js';
import { type Machine, machineFindings } from '../../../src/command-line/doctor/machine-findings.js';
import { meterFindings } from '../../../src/command-line/doctor/meter-findings.js';
import { placeFinding } from '../../../src/command-line/doctor/place-findings.js';
import type { Engine } from '../../../src/engines/index.js';
import { TurboError } from '../../../src/errors/turbo-error.js';

const noNvidiaSmi = () => {
  throw Object.assign(new Error('spawn nvidia-smi ENOENT'), { code: 'ENOENT' });
};

describe('what is said of engines', () => {
  const engine: Engine = {
    ...{ name: 'onnxruntime', version: '1.30.0', devices: ['cpu', 'webgpu', 'cuda'] },
    precisions: (device) => (device === 'cpu' ? ['float32', 'int8-dynamic'] : ['float32', 'float16']),
    requireDevice(device) {
      if (device === 'cuda')
        throw new TurboError('the libraries are not installed', {
          allowed: 'with CUDA 12',
          next: 'npm rebuild x',
        });
    },
    createSession: () => Promise.reject(new Error('not in this process')),
  };
  const findingsOf = async (webgpu: Awaited<ReturnType<Parameters<typeof engineFindings>[0]>>) =>
    engineFindings(
      async (_, device) => (device === 'cpu' ? { ran: true, device: 'cpu' } : webgpu),
      async (name) => (name === 'onnxruntime' ? engine : Promise.reject(new Error('Cannot find package x'))),
    );

  it('names version and precisions of a device that computes', async () => {
    const [cpu] = await findingsOf({ ran: true, device: 'webgpu' });
    expect(cpu).toEqual({
      ...{ area: 'engine', what: 'onnxruntime cpu', state: 'ok' },
      detail: 'version 1.30.0; float32, int8-dynamic',
    });
  });

  it('calls a machine without the device no fault, and libraries that do not load one', async () => {
    const absent = {
      ran: false,
      what: 'no supported adapters',
      next: 'install a driver',
      isAbsent: true,
    } as const;
    expect((await findingsOf(absent))[1]).toMatchObject({ state: 'not available', next: 'install a driver' });
    const broken = { ran: false, what: 'the process ended with SIGSEGV', isAbsent: false } as const;
    expect((await findingsOf(broken))[1]).toMatchObject({
      state: 'broken',
      detail: expect.stringContaining('SIGSEGV'),
    });
  });

  it('is suspicious of a device that is not the one asked for', async () => {
    expect((await findingsOf({ ran: true, device: 'cpu (MatMul)' }))[1]).toMatchObject({
      ...{ state: 'broken', detail: 'computes on cpu (MatMul) instead' },
    });
  });

  it('hands on the command that installs what a device needs', async () => {
    const [, , cuda, tfjs] = await findingsOf({ ran: true, device: 'webgpu' });
    expect(cuda).toMatchObject({ state: 'not available', next: 'npm rebuild x' });
    expect(cuda!.detail).toContain('with CUDA 12');
    expect(tfjs).toMatchObject({
      what: 'tfjs',
      state: 'broken',
      detail: 'Cannot find package x',
      next: 'npm ci',
    });
  });
});

describe('what is said of the machine', () => {
  const machine: Machine = {
    ...{ nodeVersion: 'v20.19.0', processor: 'A processor', cores: 8, usableCores: 8 },
    ...{ memoryBytes: 16e9, freeBytes: 8e9, startNvidiaSmi: noNvidiaSmi },
  };

  it('is that nothing is broken on one without a GPU', async () => {
    const findings = await machineFindings(machine);
    expect(findings.map(({ what, state }) => `${what} ${state}`)).toEqual([
      ...['Node ok', 'processor ok', 'memory ok', 'NVIDIA driver not available'],
    ]);
  });

  it('names a bound on threads, and little memory', async () => {
    const [, processor, memory] = await machineFindings({ ...machine, usableCores: 2, freeBytes: 1e9 });
    expect(processor!.detail).toContain('2 of 8 threads may be used');
    expect(memory).toMatchObject({ state: 'not available' });
    expect(memory!.next).toContain('measure.batchSize');
  });

  it.each(['v18.20.0', 'v20.18.1'])('is that Node %s is too old', async (nodeVersion) => {
    const [node] = await machineFindings({ ...machine, nodeVersion });
    expect(node).toMatchObject({ state: 'broken', next: 'Install Node 20.19 or newer.' });
  });

  it('tells every meter that cannot be read, and how to enable it', async () => {
    const findings = await meterFindings({
      ...{ powercapFolder: join(tmpdir(), 'no-such-powercap'), platform: 'linux', visibleGpus: undefined },
      startNvidiaSmi: noNvidiaSmi,
    });
    expect(findings.length).toBeGreaterThan(0);
    for (const { state, next } of findings) {
      expect(state).toBe('not available');
      expect(next).toBeTruthy();
    }
  });
});

describe('what is said of folders', () => {
  it('judges one that is not there yet by the folder that it would go into', () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    expect(placeFinding('reports', join(folder, 'a', 'b'), '')).toMatchObject({ state: 'ok' });
  });

  it('is that a place below a file cannot be written', () => {
    const found = placeFinding('checkpoints', '/dev/null/hub', 'Set HF_HOME.');
    expect(found).toMatchObject({ state: 'broken', next: 'Set HF_HOME.' });
  });
});

describe('what is said of the hub', () => {
  const settings = { endpoint: 'https://hub.example', cacheFolder: '/x', offline: false };
  const answer = (status: number) => async () => new Response(null, { status });

  it('is whether it answers', async () => {
    expect(await hubFinding(settings, answer(200))).toMatchObject({ what: 'hub.example', state: 'ok' });
    expect(await hubFinding(settings, answer(503))).toMatchObject({ state: 'not available' });
  });

  it('is nothing where HF_HUB_OFFLINE is set: it is not asked', async () => {
    const asked = async () => expect.unreachable();
    const found = await hubFinding({ ...settings, offline: true }, asked);
    expect(found).toMatchObject({ state: 'not available', next: 'unset HF_HUB_OFFLINE' });
  });

  it('is not available without a network, and no fault', async () => {
    const fails = async () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND hub.example') });
    };
    const found = await hubFinding(settings, fails);
    expect(found).toMatchObject({ state: 'not available' });
    expect(found.detail).toContain('ENOTFOUND');
  });

  it('does not wait long', async () => {
    const hangs = (_: unknown, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason));
      });
    expect((await hubFinding(settings, hangs, 20)).detail).toContain('no answer in 0.02 s');
  });

  it('is broken where the token is refused, which is not repeated', async () => {
    const found = await hubFinding({ ...settings, token: 'hf_secret' }, answer(401));
    expect(found).toMatchObject({ state: 'broken' });
    expect(JSON.stringify(found)).not.toContain('hf_secret');
    expect(await hubFinding({ ...settings, token: 'hf_secret' }, answer(200))).toMatchObject({ state: 'ok' });
  });
});

describe('the findings as text', () => {
  const finding = (state: Finding['state'], next?: string): Finding => ({
    ...{ area: 'engine', what: `thing ${state}`, state, detail: 'said' },
    ...(next === undefined ? {} : { next }),
  });

  it('names what to do about what is not well, and whether anything is broken', () => {
    const text = findingsText([finding('ok', 'nothing'), finding('not available', 'npm install y')]);
    expect(text).toContain('thing not available (not available): npm install y');
    expect(text).not.toContain('nothing\n');
    expect(text).toContain('Nothing is broken.');
    expect(findingsText([finding('broken', 'npm ci')])).toContain('Broken: 1.');
    expect([finding('ok'), finding('broken')].filter(isBroken)).toHaveLength(1);
  });
});
