/** Sessions for the parts of a model behind its image encoder, each made when it is first needed and kept for its sizes. */
import type { Engine, Session, SessionOptions } from '../engines/index.js';
import type { Model } from './model.js';
import type { PartOptions } from './model-graphs.js';
import { openTextDecoder, type TextDecoder, type TextDecoderOptions } from './text-decoder.js';

export interface PartSessions {
  part(name: string, options: PartOptions): Promise<Session>;
  decoder(options: Omit<TextDecoderOptions, 'model' | 'engine' | 'session'>): Promise<TextDecoder>;
  release(): Promise<void>;
}

export function partSessions(model: Model, engine: Engine, session: SessionOptions): PartSessions {
  const made = new Map<string, Promise<Session | TextDecoder>>();
  const once = <Value extends Session | TextDecoder>(key: string, make: () => Promise<Value>) => {
    const found = (made.get(key) as Promise<Value> | undefined) ?? make();
    made.set(key, found);
    found.catch(() => made.delete(key));
    return found;
  };
  return {
    part: (name, options) =>
      once(`${name} ${JSON.stringify(options)}`, async () =>
        engine.createSession(model.buildPart(name, options), session),
      ),
    decoder: (options) =>
      once(`to write ${JSON.stringify(options)}`, () =>
        openTextDecoder({ ...options, model, engine, session }),
      ),
    async release() {
      for (const one of made.values()) await (await one).release();
      made.clear();
    },
  };
}
