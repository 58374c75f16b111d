/** Starts `image-worker.ts` in a worker thread without a build. */
import { register } from 'tsx/esm/api';

register();
await import(new URL('../../src/images/image-worker.ts', import.meta.url).href);
