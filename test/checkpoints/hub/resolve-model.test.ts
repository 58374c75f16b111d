import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../../src/checkpoints/hub/resolve-model.js';
import { openWeights } from '../../../src/checkpoints/weights.js';
import { refusal } from '../refusal.js';
import { etagOf, playHub, refuse } from './play-hub.js';
import { COMMIT, playedLab, WEIGHTS, WEIGHTS_ETAG } from './played-lab.js';

const lab = playedLab();

describe('a folder', () => {
  it('is taken as it is, without a question to the hub', async () => {
    const folder = path.join(lab.root, 'lab', 'tiny-vit');
    mkdirSync(folder, { recursive: true });
    expect(await lab.resolve()).toEqual({ folder });
    expect(await lab.resolve('./lab/tiny-vit')).toEqual({ folder });
    expect(await lab.resolve(folder)).toEqual({ folder });
    expect(lab.hub.log).toEqual([]);
    rmSync(path.join(lab.root, 'lab'), { recursive: true });
  });

  it.each([
    './models/none',
    '../none',
    '/no/such/model',
    'a/b/c',
    'models\\vit',
    'lab/../../etc',
    'lab/x@../../y',
  ])('that is missing is no hub id: %s', async (reference) => {
    const { message } = await refusal(() => lab.resolve(reference));
    expect(message).toContain('no model at this path');
    expect(message).toContain('config.json');
    expect(lab.hub.log).toEqual([]);
  });

  it('that is misspelt is found again, whatever way it was written', async () => {
    mkdirSync(path.join(lab.root, 'models', 'emoji-clip'), { recursive: true });
    expect((await refusal(() => lab.resolve('./models/emoji-klip'))).message).toContain(
      'did you mean ./models/emoji-clip?',
    );
    expect((await refusal(() => lab.resolve('models/emoji-klip'))).message).toContain(
      'did you mean models/emoji-clip?',
    );
    const offline = await refusal(() => lab.resolve('models/emoji-klip', { HF_HUB_OFFLINE: '1' }));
    expect(offline.message).toContain('did you mean models/emoji-clip?');
    const nowhere = await refusal(() =>
      lab.resolve('models/emoji-klip', { HF_ENDPOINT: 'http://127.0.0.1:1' }),
    );
    expect(nowhere.message).toContain('did you mean models/emoji-clip?');
    expect(nowhere.message).toContain('neither a folder here nor in the cache');
  });

  it('must be named rather than a file in it', async () => {
    writeFileSync(path.join(lab.root, 'model.safetensors'), '');
    expect((await refusal(() => lab.resolve('./model.safetensors'))).message).toContain('name the folder');
  });
});

describe('a model of the hub', () => {
  it('lands in the cache layout of Python, with one set of weights and nothing that is not needed', async () => {
    const { folder, hub: from } = await lab.resolve('lab/tiny-vit@smaller');
    expect(from).toEqual({ id: 'lab/tiny-vit', revision: 'smaller', commit: COMMIT });
    expect(folder).toBe(path.join(lab.storage, 'snapshots', COMMIT));
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'preprocessor_config.json',
    ]);
    expect(readlinkSync(path.join(folder, 'model.safetensors'))).toBe(`../../blobs/${WEIGHTS_ETAG}`);
    expect(readFileSync(path.join(folder, 'model.safetensors'))).toEqual(WEIGHTS);
    expect(readFileSync(path.join(lab.storage, 'refs', 'smaller'), 'utf8')).toBe(COMMIT);
    const etags = ['config.json', 'preprocessor_config.json'].map((file) =>
      etagOf(lab.model.files[file]!, false),
    );
    expect(readdirSync(path.join(lab.storage, 'blobs')).sort()).toEqual([...etags, WEIGHTS_ETAG].sort());
    (await openWeights(folder)).close();
  });

  it('tells how far it is', async () => {
    await lab.resolve();
    const steps = lab.progress.filter(({ file }) => file === 'model.safetensors');
    expect(steps.at(-1)).toEqual({
      file: 'model.safetensors',
      loadedBytes: WEIGHTS.length,
      totalBytes: WEIGHTS.length,
    });
  });

  it('is not downloaded twice', async () => {
    await lab.resolve();
    lab.hub.log.length = 0;
    await lab.resolve();
    expect(lab.contentRequests()).toEqual([]);
    await lab.resolve(`lab/tiny-vit@${COMMIT}`);
    expect(lab.contentRequests()).toEqual([]);
  });

  it('is completed when another program has left a part of it in the cache', async () => {
    const { folder } = await lab.resolve();
    rmSync(path.join(folder, 'preprocessor_config.json'));
    await lab.resolve(`lab/tiny-vit@${COMMIT}`);
    expect(readFileSync(path.join(folder, 'preprocessor_config.json'), 'utf8')).toBe('{}');
  });

  it('comes in shards that its index names', async () => {
    delete lab.model.files['model.safetensors'];
    lab.model.files['model.safetensors.index.json'] = Buffer.from(
      '{"weight_map": {"values": "part-1.safetensors"}}',
    );
    lab.model.files['part-1.safetensors'] = WEIGHTS;
    lab.model.files['part-2.safetensors'] = Buffer.from('not wanted');
    const { folder } = await lab.resolve();
    expect(readdirSync(folder)).not.toContain('part-2.safetensors');
    (await openWeights(folder)).close();
  });

  it('is refused when its index leads out of the folder', async () => {
    delete lab.model.files['model.safetensors'];
    lab.model.files['model.safetensors.index.json'] = Buffer.from('{"weight_map": {"values": "../../evil"}}');
    expect((await refusal(lab.resolve)).message).toContain('outside its own folder');
  });

  it('falls back to a pickle when there is nothing else', async () => {
    delete lab.model.files['model.safetensors'];
    expect(readdirSync((await lab.resolve()).folder)).toContain('pytorch_model.bin');
  });

  it('is refused without weights or config, before anything large is downloaded', async () => {
    lab.model.files = { 'config.json': Buffer.from('{}'), 'model.onnx': Buffer.from('x') };
    expect((await refusal(lab.resolve)).message).toContain('model.safetensors');
    lab.model.files = { 'model.safetensors': WEIGHTS };
    expect((await refusal(lab.resolve)).message).toContain('config.json');
    expect(lab.contentRequests()).toEqual([]);
  });

  it('is refused when the hub gives a digest that is none', async () => {
    lab.model.commit = '../../../../tmp';
    expect((await refusal(() => lab.resolve())).message).toContain('no proper digest');
  });
});

describe('the tokenizer of a model of the hub', () => {
  const tokenizer = (env: Record<string, string> = {}) =>
    resolveModel('lab/tiny-vit', { ...lab.options(env), wanted: 'tokenizer' });

  it('comes without WEIGHTS, and is not asked for twice', async () => {
    lab.model.files['vocab.txt'] = Buffer.from('[PAD]');
    const { folder } = await tokenizer();
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'preprocessor_config.json', 'vocab.txt']);
    lab.hub.log.length = 0;
    expect((await tokenizer({ HF_HUB_OFFLINE: '1' })).folder).toBe(folder);
    expect(lab.hub.log).toEqual([]);
    expect((await refusal(() => lab.resolve('lab/tiny-vit', { HF_HUB_OFFLINE: '1' }))).message).toContain(
      'not in the cache',
    );
    expect(readdirSync((await lab.resolve()).folder)).toContain('model.safetensors');
  });

  it('is missed before anything is downloaded', async () => {
    const { message } = await refusal(tokenizer);
    expect(message).toContain('no tokenizer');
    expect(message).toContain('vocab.txt (BERT)');
    expect(lab.contentRequests()).toEqual([]);
  });
});

describe('a hub that says no', () => {
  it('sends the user to the licence of a gated model', async () => {
    lab.hub.nextCalls.push(refuse(403, { 'x-error-code': 'GatedRepo' }));
    const { message } = await refusal(lab.resolve);
    expect(message).toMatch(/accept the model's licence at http.*lab\/tiny-vit.*HF_TOKEN/);
    expect(lab.pauses).toEqual([]);
  });

  it('asks for a token where none was given', async () => {
    lab.hub.nextCalls.push(refuse(401));
    expect((await refusal(lab.resolve)).message).toContain('set HF_TOKEN');
  });

  it('knows the nearest spelling of a model', async () => {
    expect((await refusal(() => lab.resolve('lab/tiny-wit'))).message).toContain(
      'did you mean lab/tiny-vit?',
    );
  });

  it('knows the revisions of a model', async () => {
    const { message } = await refusal(() => lab.resolve('lab/tiny-vit@smaler'));
    expect(message).toContain('one of: main, smaller (did you mean smaller?)');
  });
});

describe('offline', () => {
  it('takes what is cached and asks nobody', async () => {
    await lab.resolve();
    lab.hub.log.length = 0;
    const { folder } = await lab.resolve('lab/tiny-vit', { HF_HUB_OFFLINE: '1' });
    expect(existsSync(path.join(folder, 'config.json'))).toBe(true);
    expect(lab.hub.log).toEqual([]);
  });

  it.each(['lab/tiny-vit', 'lab/tiny-vit@smaller'])(
    'says how to get %s when it is not cached',
    async (reference) => {
      const revision = reference.split('@')[1] ?? 'main';
      const { message } = await refusal(() => lab.resolve(reference, { HF_HUB_OFFLINE: 'true' }));
      expect(message).toContain(`hf download lab/tiny-vit --revision ${revision}`);
      expect(lab.hub.log).toEqual([]);
    },
  );

  it('does not take a snapshot whose weights are missing', async () => {
    await lab.resolve();
    rmSync(lab.blob);
    expect((await refusal(() => lab.resolve('lab/tiny-vit', { HF_HUB_OFFLINE: '1' }))).message).toContain(
      'not in the cache',
    );
  });
});

describe('the token', () => {
  it('comes from HF_TOKEN, or from where Python keeps it, and goes with every request to the hub', async () => {
    await lab.resolve('lab/tiny-vit', { HF_TOKEN: 'of-the-environment' });
    expect(new Set(lab.hub.tokens)).toEqual(new Set(['Bearer of-the-environment']));
    lab.hub.tokens.length = 0;
    writeFileSync(path.join(lab.root, 'home', 'token'), 'of-the-file\n');
    await lab.resolve();
    expect(new Set(lab.hub.tokens)).toEqual(new Set(['Bearer of-the-file']));
  });

  it('does not follow a redirect to another host', async () => {
    const elsewhere = await playHub();
    elsewhere.models.set('lab/tiny-vit', lab.model);
    lab.hub.nextFiles.push(
      () => false,
      () => false,
      (request, response) => {
        response.writeHead(302, { location: `${elsewhere.endpoint}${request.url}` }).end();
        return true;
      },
    );
    await lab.resolve('lab/tiny-vit', { HF_TOKEN: 'secret' });
    expect(readFileSync(lab.blob)).toEqual(WEIGHTS);
    expect(elsewhere.tokens).toEqual([undefined]);
    await elsewhere.close();
  });
});
