import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal } from '../refusal.js';
import { breakAfter, corrupt, ignoreRange, refuse, truncate } from './play-hub.js';
import { COMMIT, playedLab, WEIGHTS, WEIGHTS_ETAG } from './played-lab.js';

const lab = playedLab();

describe('a download', () => {
  it('goes on where the connection broke, until all is there', async () => {
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      breakAfter(5000),
      breakAfter(5000),
      breakAfter(5000),
    );
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
    const ranges = lab.contentRequests().filter((line) => line.includes('model.safetensors'));
    expect(ranges).toHaveLength(4);
    expect(ranges[1]).toMatch(/\[bytes=[1-9]\d*-\]$/);
  });

  it('counts failures anew whenever it got further', async () => {
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      ...Array.from({ length: 8 }, () => breakAfter(4000)),
    );
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
  });

  it('goes on where an earlier run stopped', async () => {
    mkdirSync(path.dirname(lab.blob), { recursive: true });
    writeFileSync(`${lab.blob}.incomplete`, WEIGHTS.subarray(0, 1234));
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
    expect(lab.contentRequests().at(-1)).toContain('[bytes=1234-]');
  });

  it('takes what an earlier run had finished but not named', async () => {
    mkdirSync(path.dirname(lab.blob), { recursive: true });
    writeFileSync(`${lab.blob}.incomplete`, WEIGHTS);
    await lab.resolve();
    expect(lab.contentRequests().some((line) => line.includes('model.safetensors'))).toBe(false);
  });

  it.each([
    ['does not know ranges', ignoreRange],
    ['refuses the range', refuse(416)],
  ])('starts over when the server %s', async (_, misbehaviour) => {
    mkdirSync(path.dirname(lab.blob), { recursive: true });
    writeFileSync(`${lab.blob}.incomplete`, WEIGHTS.subarray(0, 1234));
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      misbehaviour,
    );
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
  });

  it('starts over when what an earlier run left is wrong', async () => {
    mkdirSync(path.dirname(lab.blob), { recursive: true });
    writeFileSync(`${lab.blob}.incomplete`, Buffer.alloc(1234, 7));
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
  });

  it('continues after an answer that ended too early', async () => {
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      truncate,
    );
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
  });

  it('is tried once more when it came damaged, and then refused', async () => {
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      corrupt,
    );
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
    rmSync(path.join(lab.root, 'home'), { recursive: true });
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      corrupt,
      corrupt,
    );
    const error = await refusal(lab.resolve);
    expect(error.message).toContain('damaged');
    expect(error.parts.allowed).toBe(WEIGHTS_ETAG);
    expect(existsSync(lab.blob)).toBe(false);
    expect(existsSync(`${lab.blob}.incomplete`)).toBe(false);
  });

  it('checks small files by their git id', async () => {
    lab.hub.nextFiles.push(corrupt, corrupt);
    expect((await refusal(lab.resolve)).message).toContain('config.json came damaged');
  });

  it('is done once when two runs want it at the same time', async () => {
    await Promise.all([lab.resolve(), lab.resolve()]);
    expect(lab.contentRequests().filter((line) => line.includes('model.safetensors'))).toHaveLength(1);
  });

  it('does not wait for a run that has died', async () => {
    mkdirSync(path.dirname(lab.blob), { recursive: true });
    writeFileSync(`${lab.blob}.turbo-bench.lock`, '4194399');
    await lab.resolve();
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
  });

  it('says so when the cache cannot be written', async () => {
    mkdirSync(path.join(lab.root, 'home'));
    writeFileSync(lab.cacheFolder, 'a file where a folder should be');
    expect((await refusal(lab.resolve)).message).toContain('HF_HUB_CACHE');
  });
});

describe('a busy hub', () => {
  it('is asked again after the pause that it wishes', async () => {
    lab.hub.nextCalls.push(
      refuse(429, { 'retry-after': '7' }),
      refuse(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }),
      refuse(500),
    );
    await lab.resolve();
    expect(lab.pauses).toEqual([7000, 9000, 2000]);
  });

  it('is given up after some attempts, and what is there is kept', async () => {
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      breakAfter(2000),
      ...Array.from({ length: 4 }, () => refuse(429)),
    );
    const error = await refusal(lab.resolve);
    expect(error.message).toContain('429');
    expect(lstatSync(`${lab.blob}.incomplete`).size).toBeGreaterThan(0);
  });

  it('is given up at once when it wishes a pause that nobody waits for', async () => {
    lab.hub.nextCalls.push(refuse(429, { 'retry-after': '86400' }));
    expect((await refusal(lab.resolve)).message).toContain('429');
    expect(lab.pauses).toEqual([]);
  });

  it('is not missed when the model is in the cache, and the user is told', async () => {
    await lab.resolve();
    const { folder, hub: from } = await lab.resolve('lab/tiny-vit', { HF_ENDPOINT: 'http://127.0.0.1:1' });
    expect(folder).toBe(path.join(lab.storage, 'snapshots', COMMIT));
    expect(from?.commit).toBe(COMMIT);
    expect(lab.notices).toEqual([expect.stringContaining('from the cache')]);
  });
});
