import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseHubReference } from '../../../src/checkpoints/hub/reference.js';
import { hubSettings } from '../../../src/checkpoints/hub/settings.js';

const folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

// The expected folders are what `huggingface_hub.constants` computes for the same environment.
describe('hubSettings', () => {
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, '/u/.cache/huggingface/hub'],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
    ['HF_HOME', { XDG_CACHE_HOME: '/x', HF_HOME: '/h' }, '/h/hub'],
    ['HUGGINGFACE_HUB_CACHE', { HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
    ['HF_HUB_CACHE', { HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/c' }, '/c'],
  ])('finds the cache by %s', (_, env, cacheFolder) => {
    expect(hubSettings({ HOME: '/u', ...env }).cacheFolder).toBe(cacheFolder);
  });

  it('takes a folder that is given before any variable', () => {
    expect(hubSettings({ HF_HUB_CACHE: '/c' }, '/given').cacheFolder).toBe('/given');
  });

  it('asks the hub that HF_ENDPOINT names', () => {
    expect(hubSettings({}).endpoint).toBe('https://huggingface.co');
    expect(hubSettings({ HF_ENDPOINT: 'https://mirror.example/' }).endpoint).toBe('https://mirror.example');
  });

  it.each(['1', 'true', 'YES', 'on'])('is offline when HF_HUB_OFFLINE is %s', (value) => {
    expect(hubSettings({ HF_HUB_OFFLINE: value }).offline).toBe(true);
  });

  it('is online when HF_HUB_OFFLINE is 0 or absent', () => {
    expect(hubSettings({ HF_HUB_OFFLINE: '0' }).offline).toBe(false);
    expect(hubSettings({}).offline).toBe(false);
  });

  it('reads the token file where Python does, unless that is switched off', () => {
    writeFileSync(path.join(folder, 'token'), ' stored \n');
    expect(hubSettings({ HF_HOME: folder }).token).toBe('stored');
    expect(hubSettings({ HF_HOME: folder, HF_TOKEN: ' given ' }).token).toBe('given');
    expect(hubSettings({ HF_HOME: folder, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }).token).toBeUndefined();
    expect(hubSettings({ HF_HOME: '/nowhere', HF_TOKEN_PATH: path.join(folder, 'token') }).token).toBe(
      'stored',
    );
  });
});

describe('parseHubReference', () => {
  it.each([
    ['openai/clip-vit-base-patch16', { id: 'openai/clip-vit-base-patch16', revision: 'main' }],
    ['openai/clip-vit-base-patch16@refs/pr/3', { id: 'openai/clip-vit-base-patch16', revision: 'refs/pr/3' }],
    ['gpt2', { id: 'gpt2', revision: 'main' }],
    ['a/b.c_d-e@v1.0', { id: 'a/b.c_d-e', revision: 'v1.0' }],
  ])('reads %s', (text, reference) => {
    expect(parseHubReference(text)).toEqual(reference);
  });

  it.each([
    '',
    './a',
    '/a',
    '~/a',
    'a/',
    'a//b',
    'a/b/c',
    'a\\b',
    'a/..',
    'a..b/c',
    'a--b/c',
    'a/b@',
    'a/b@/x',
    'a/b@x/',
    'a b/c',
    'a/b@../x',
  ])('takes %j for a path', (text) => {
    expect(parseHubReference(text)).toBeUndefined();
  });
});
