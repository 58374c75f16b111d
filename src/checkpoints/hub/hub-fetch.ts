/** `fetch` as the hub needs it: the token goes to the hub alone, and an answer that is not good is thrown. */
import { PassingFailure } from './retry.js';
import type { HubSettings } from './settings.js';

export type Fetch = typeof globalThis.fetch;

/** The hub understood the question and says no: 401, 403, 404, … */
export class HubRefusal extends Error {
  /** @param code the hub's own word for it: `RepoNotFound`, `RevisionNotFound`, `EntryNotFound`, `GatedRepo` */
  constructor(
    readonly url: string,
    readonly status: number,
    readonly code: string | undefined,
  ) {
    super(`${url} answers ${status}${code === undefined ? '' : ` (${code})`}`);
  }
}

/** Node drops the token by itself when the hub redirects to another host, as it does for large files. */
export function hubFetch(fetch: Fetch, settings: HubSettings, now: () => number): Fetch {
  return async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    const ownHost = new URL(url).origin === new URL(settings.endpoint).origin;
    if (settings.token !== undefined && ownHost) headers.set('authorization', `Bearer ${settings.token}`);
    const response = await fetch(input, { ...init, headers });
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 429 || response.status >= 500) {
      throw new PassingFailure(`the server answers ${response.status}`, retryAfterMs(response, now()));
    }
    throw new HubRefusal(url, response.status, response.headers.get('x-error-code') ?? undefined);
  };
}

/** `Retry-After` in either of its forms, seconds or a date. */
function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const text = response.headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - nowMs : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
