import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FID_INCEPTION, resolveInceptionFile } from '../../../src/models/inception/weight-file.js';
import { refusal } from '../../checkpoints/refusal.js';

const root = mkdtempSync(path.join(tmpdir(), 'inception-file-'));
afterAll(() => rmSync(root, { recursive: true }));

const env = { TORCH_HOME: path.join(root, 'torch') };
const place = path.join(root, 'torch', 'hub', 'checkpoints', FID_INCEPTION.name);
const noFetch = () => {
  throw new Error('the network was asked');
};

afterEach(() => rmSync(env.TORCH_HOME, { recursive: true, force: true }));

describe("the weights of FID's InceptionV3", () => {
  it('are published under a name that ends in the first digits of their checksum', () => {
    expect(FID_INCEPTION.name).toBe(`pt_inception-2015-12-05-${FID_INCEPTION.sha256.slice(0, 8)}.pth`);
    expect(FID_INCEPTION.url.endsWith(`/${FID_INCEPTION.name}`)).toBe(true);
  });

  it('are those that the user names, wherever they lie', async () => {
    const file = path.join(root, 'my.pth');
    expect(await resolveInceptionFile({ file, env, fetch: noFetch })).toBe(file);
  });

  it('say where to put them by hand when there is no network', async () => {
    const offline = { ...env, HF_HUB_OFFLINE: '1' };
    const { message } = await refusal(() => resolveInceptionFile({ env: offline, fetch: noFetch }));
    expect(message).toMatch(/HF_HUB_OFFLINE forbids/);
    expect(message).toContain(`where:   ${place}`);
    expect(message).toContain(`download ${FID_INCEPTION.url} by hand and put it there, or name its path`);
  });

  it('are not believed when another file has their name', async () => {
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, 'a page about an error');
    const { message } = await refusal(() => resolveInceptionFile({ env, fetch: noFetch }));
    expect(message).toMatch(/damaged or another file.*allowed: 6726825d.*delete it/s);
    expect(message).toContain(place);
  });
});
