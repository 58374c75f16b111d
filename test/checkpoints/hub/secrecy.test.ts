import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveModel } from '../../../src/checkpoints/hub/resolve-model.js';
import { hubSettings } from '../../../src/checkpoints/hub/settings.js';
import { provenanceOf } from '../../../src/runner/provenance.js';
import { fixture } from '../expected.js';
import { refusal } from '../refusal.js';
import {
  breakAfter,
  corrupt,
  type Misbehaviour,
  type PlayedHub,
  playHub,
  refuse,
  truncate,
} from './play-hub.js';

const TOKEN = 'hf_thisIsNobodysToken0123456789';
const root = mkdtempSync(path.join(tmpdir(), 'secrecy-'));
const env = { HF_TOKEN: TOKEN, HOME: root, HF_HOME: path.join(root, 'hf') };
let hub: PlayedHub;
beforeAll(async () => {
  hub = await playHub();
  const weights = readFileSync(fixture('every-dtype.safetensors'));
  hub.models.set('lab/tiny', {
    commit: 'c'.repeat(40),
    branches: ['main'],
    files: { 'config.json': Buffer.from('{"model_type": "vit"}'), 'model.safetensors': weights },
    lfs: ['model.safetensors'],
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(root, { recursive: true });
});

/** Tries to get the model while the hub misbehaves; all that a user, a log or DEBUG could be shown of it. */
async function said(calls: Misbehaviour[], files: Misbehaviour[], id = 'lab/tiny'): Promise<string> {
  const told: unknown[] = [];
  hub.nextCalls.push(...calls);
  hub.nextFiles.push(...files);
  const retry = { attempts: 2, firstPauseMs: 0, longestPauseMs: 0, sleep: async () => {} };
  const error = await refusal(() =>
    resolveModel(id, {
      env: { ...env, HF_ENDPOINT: hub.endpoint },
      ...{ fetch, retry, baseFolder: root },
      onProgress: (progress) => told.push(progress),
      onNotice: (text) => told.push(text),
    }),
  );
  hub.nextCalls.length = 0;
  hub.nextFiles.length = 0;
  rmSync(env.HF_HOME, { recursive: true, force: true });
  return `${inspect(error, { depth: 20, showHidden: true })}${error.stack}${inspect(told)}`;
}

describe('a token of the hub', () => {
  it.each<[string, Misbehaviour[], Misbehaviour[], string?]>([
    ['that is refused', [refuse(401), refuse(401)], []],
    ['whose licence is not accepted', [refuse(403, { 'x-error-code': 'GatedRepo' })], []],
    ['that may not see the model', [], [], 'lab/nothing'],
    ['when the server is busy', [refuse(503), refuse(503)], []],
    ['when a file is refused', [], [refuse(403)]],
    ['when the connection breaks', [], Array(8).fill(breakAfter(0))],
    ['when a file comes damaged', [], Array(8).fill(corrupt)],
    ['when a file comes cut off', [], Array(8).fill(truncate)],
  ])('is never shown: %s', async (_, calls, files, id) => {
    const shown = await said(calls, files, id);
    expect(hub.tokens).toContain(`Bearer ${TOKEN}`);
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toMatch(/bearer/i);
  });

  it('is not written down with a model, nor with the head of a run', async () => {
    process.env.HF_TOKEN = TOKEN;
    await resolveModel('lab/tiny', { env: { ...env, HF_ENDPOINT: hub.endpoint }, fetch, baseFolder: root });
    const files = readdirSync(env.HF_HOME, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(env.HF_HOME, name))
      .filter((file) => statSync(file).isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(readFileSync(file, 'latin1')).not.toContain(TOKEN);
    const facts = {
      threads: 2,
      experiment: 'a',
      experimentFile: 'a.yaml',
      experimentText: '',
      seed: 0,
      startedAt: '',
    };
    expect(JSON.stringify(provenanceOf(facts))).not.toContain(TOKEN);
    delete process.env.HF_TOKEN;
  });

  it.each([`https://user:${TOKEN}@huggingface.co`, `https://${TOKEN}@huggingface.co`, `${TOKEN}`])(
    'in HF_ENDPOINT is refused without repeating it',
    async (endpoint) => {
      const error = await refusal(() => hubSettings({ HF_ENDPOINT: endpoint }));
      expect(error.message).toMatch(/HF_ENDPOINT[\s\S]*HF_TOKEN/);
      expect(inspect(error)).not.toContain(TOKEN);
    },
  );
});
