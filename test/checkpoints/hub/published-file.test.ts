import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type PublishedFile,
  type PublishedFileOptions,
  resolvePublishedFile,
  torchCheckpoints,
} from '../../../src/checkpoints/hub/published-file.js';
import { refusal } from '../refusal.js';
import { breakAfter, corrupt, type PlayedHub, playHub, refuse } from './play-hub.js';

const root = mkdtempSync(path.join(tmpdir(), 'published-'));
const env = { TORCH_HOME: root };
const folder = path.join(root, 'hub', 'checkpoints');
const content = Buffer.from('weights of a network '.repeat(400));
const sha256 = createHash('sha256').update(content).digest('hex');
const name = `network-${sha256.slice(0, 8)}.pth`;

let server: PlayedHub;
let file: PublishedFile;
let pauses: number[];
const resolve = (options: Partial<PublishedFileOptions> = {}) =>
  resolvePublishedFile(file, {
    env,
    fetch: globalThis.fetch,
    retry: {
      attempts: 3,
      firstPauseMs: 1,
      longestPauseMs: 10,
      sleep: async (ms) => void pauses.push(ms),
    },
    ...options,
  });

beforeEach(async () => {
  server = await playHub();
  server.models.set('lab/releases', { commit: '', branches: [], files: { [name]: content }, lfs: [] });
  file = {
    name,
    url: `${server.endpoint}/lab/releases/resolve/v1/${name}`,
    sha256,
    byteLength: content.length,
  };
  pauses = [];
});
afterEach(async () => {
  await server.close();
  rmSync(path.join(root, 'hub'), { recursive: true, force: true });
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a published file', () => {
  it('is downloaded on first use into the cache of torch.hub, and then never again', async () => {
    const progress: number[] = [];
    const place = await resolve({ onProgress: ({ loadedBytes }) => progress.push(loadedBytes) });
    expect(place).toBe(path.join(folder, name));
    expect(readFileSync(place)).toEqual(content);
    expect(progress.at(-1)).toBe(content.length);
    expect(readdirSync(folder)).toEqual([name]);
    expect(await resolve({ fetch: () => Promise.reject(new Error('asked again')) })).toBe(place);
    expect(server.log).toHaveLength(1);
  });

  it('sends no token to a server that is not the hub', async () => {
    await resolve({ env: { ...env, HF_TOKEN: 'secret' } });
    expect(server.tokens).toEqual([undefined]);
  });

  it('goes on where a broken connection left it', async () => {
    server.nextFiles.push(breakAfter(5000));
    expect(readFileSync(await resolve())).toEqual(content);
    expect(server.log[1]).toMatch(/\[bytes=\d+-\]$/);
  });

  it('is refused when it comes with another checksum, twice', async () => {
    server.nextFiles.push(corrupt, corrupt);
    const { message } = await refusal(resolve);
    expect(message).toMatch(/came damaged 2 times/);
    expect(message).toContain(sha256);
    expect(existsSync(path.join(folder, name))).toBe(false);
  });

  it('offline is taken from the cache alone', async () => {
    const offline = { env: { ...env, HF_HUB_OFFLINE: '1' } };
    const { message } = await refusal(() => resolve(offline));
    expect(message).toMatch(/not in the cache.*HF_HUB_OFFLINE/);
    expect(server.log).toEqual([]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), content);
    expect(await resolve(offline)).toBe(path.join(folder, name));
  });

  it.each<[string, () => void, RegExp]>([
    ['is gone', () => void server.nextFiles.push(refuse(404)), /answers 404/],
    [
      'does not come however often one tries',
      () => void server.nextFiles.push(refuse(503), refuse(503), refuse(503)),
      /failed 3 times: the server answers 503/,
    ],
  ])('that %s can be put there by hand', async (_, misbehave, reason) => {
    misbehave();
    const { message } = await refusal(resolve);
    expect(message).toMatch(reason);
    expect(message).toContain(`download ${file.url} by hand and put it there`);
    expect(message).toContain(path.join(folder, name));
  });

  it('in a cache that cannot be written to can be named by its path', async () => {
    writeFileSync(path.join(root, 'hub'), 'a file where the folder should be');
    const { message } = await refusal(resolve);
    expect(message).toMatch(/cannot be written into the cache \((ENOTDIR|EEXIST)\)/);
    expect(message).toContain('or name its path');
  });

  it('that is damaged in the cache is not believed', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), content.subarray(1));
    expect((await refusal(resolve)).message).toMatch(/damaged or another file.*delete it/s);
  });

  it('must carry the first digits of its checksum in its name', async () => {
    file = { ...file, name: 'network-00000000.pth' };
    expect((await refusal(resolve)).message).toMatch(/do not belong together/);
    file = { ...file, name: 'network.pth' };
    expect((await refusal(resolve)).message).toMatch(/first eight digits/);
  });

  it('lies where torch.hub looks for it', () => {
    expect(torchCheckpoints({ HOME: '/home/ada' })).toBe('/home/ada/.cache/torch/hub/checkpoints');
    expect(torchCheckpoints({ HOME: '/home/ada', XDG_CACHE_HOME: '/cache' })).toBe(
      '/cache/torch/hub/checkpoints',
    );
    expect(torchCheckpoints({ TORCH_HOME: '/torch' })).toBe('/torch/hub/checkpoints');
  });
});
