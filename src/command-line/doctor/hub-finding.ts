/** Whether the Hugging Face hub can be reached, and whether it knows the token. */
import type { Fetch } from '../../checkpoints/hub/hub-fetch.js';
import type { HubSettings } from '../../checkpoints/hub/settings.js';
import { messageOf } from '../../errors/turbo-error.js';
import type { Finding } from './finding.js';

const PATIENCE_MS = 3000;
const UNAUTHORIZED = 401;

/** Asks nothing where `HF_HUB_OFFLINE` forbids it. With a token it asks whose that is, otherwise for the front page. */
export async function hubFinding(
  { endpoint, token, offline }: HubSettings,
  fetch: Fetch,
  patienceMs = PATIENCE_MS,
): Promise<Finding> {
  const about = { area: 'hub', what: new URL(endpoint).host };
  if (offline)
    return {
      ...about,
      ...{ state: 'not available', detail: 'HF_HUB_OFFLINE forbids it; what is in the cache is used' },
      next: 'unset HF_HUB_OFFLINE',
    };
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const response =
      token === undefined
        ? await fetch(endpoint, { method: 'HEAD', signal })
        : await fetch(`${endpoint}/api/whoami-v2`, { headers: { authorization: `Bearer ${token}` }, signal });
    await response.body?.cancel();
    if (token !== undefined && response.status === UNAUTHORIZED)
      return {
        ...about,
        ...{ state: 'broken', detail: 'the hub does not know the token' },
        next: 'Set HF_TOKEN to a valid token, or run: hf auth login',
      };
    if (response.status >= 500)
      return {
        ...about,
        state: 'not available',
        detail: `answers ${response.status}`,
        next: 'Try again later.',
      };
    return {
      ...about,
      state: 'ok',
      detail: token === undefined ? 'reached, without a token' : 'reached, the token is good',
    };
  } catch (thrown) {
    const why = signal.aborted ? `no answer in ${patienceMs / 1000} s` : causeOf(thrown);
    return {
      ...about,
      ...{ state: 'not available', detail: `cannot be reached: ${why}` },
      next: 'Check the network; HF_ENDPOINT names a mirror, and checkpoints in the cache need no hub.',
    };
  }
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(thrown: unknown): string {
  return messageOf(thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown);
}
