/** What to do when the hub says no, or may not be asked. */
import { nearestName } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { cachedModelIds } from './cache.js';
import type { Fetch, HubRefusal } from './hub-fetch.js';
import type { HubReference } from './reference.js';
import type { HubSettings } from './settings.js';

/** Models of one owner that are looked through for a similar name. */
const mostModels = 200;

export interface RefusalContext {
  readonly settings: HubSettings;
  readonly fetch: Fetch;
  /** A local folder that may have been meant instead. */
  readonly similarFolder: string | undefined;
}

/** The error that a user reads for an answer of 401, 403 or 404. */
export async function explainRefusal(
  refusal: HubRefusal,
  reference: HubReference,
  { settings, fetch, similarFolder }: RefusalContext,
): Promise<TurboError> {
  const { id, revision } = reference;
  const page = `${settings.endpoint}/${id}`;
  const { status, code } = refusal;
  if (code === 'GatedRepo' || status === 403) {
    return new TurboError(
      `The hub does not hand out ${id} to ${settings.token ? 'this token' : 'everybody'}.`,
      {
        where: refusal.url,
        next: `accept the model's licence at ${page}, then set HF_TOKEN to a token of that account`,
        cause: refusal,
      },
    );
  }
  if (status === 404 && code === 'RevisionNotFound') {
    const known = await revisionsOf(reference, settings, fetch);
    return new TurboError(`The model ${id} has no revision ${revision}.`, {
      value: revision,
      ...(known.length === 0
        ? {}
        : { allowed: `a commit, or one of: ${known.join(', ')}${meant(revision, known)}` }),
      where: refusal.url,
      next: `check the revision at ${page}/commits`,
      cause: refusal,
    });
  }
  if (status === 401 || status === 404) {
    const known = [
      ...(similarFolder ? [similarFolder] : []),
      ...(await similarIds(reference, settings, fetch)),
    ];
    return new TurboError(
      `The hub has no model ${id}, or it is private${settings.token ? ' and this token may not see it' : ''}.`,
      {
        value: id,
        allowed: `a folder, or a public model of ${settings.endpoint}${meant(id, known)}`,
        where: refusal.url,
        next: 'check the spelling; for a private or gated model accept its licence and set HF_TOKEN',
        cause: refusal,
      },
    );
  }
  return new TurboError(`The hub refuses the request with status ${status}.`, {
    where: refusal.url,
    next: 'check HF_ENDPOINT and any proxy on the way',
    cause: refusal,
  });
}

/** The error for a model that is needed while `HF_HUB_OFFLINE` forbids to ask for it. */
export function notCached(
  { id, revision }: HubReference,
  settings: HubSettings,
  similarFolder: string | undefined,
): TurboError {
  const known = [...(similarFolder ? [similarFolder] : []), ...cachedModelIds(settings.cacheFolder)];
  return new TurboError(
    `The model ${id}@${revision} is not in the cache, and HF_HUB_OFFLINE forbids to download it.`,
    {
      value: `${id}@${revision}`,
      allowed: `a folder, or a cached model${meant(id, known)}`,
      where: settings.cacheFolder,
      next: `run, with a network: hf download ${id} --revision ${revision}    (or unset HF_HUB_OFFLINE)`,
    },
  );
}

function meant(typed: string, known: readonly string[]): string {
  const nearest = nearestName(typed, known);
  return nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
}

/** Cached models and those of the same owner; a hub that does not answer adds none. */
async function similarIds({ id }: HubReference, settings: HubSettings, fetch: Fetch): Promise<string[]> {
  const known = cachedModelIds(settings.cacheFolder);
  const [owner, name] = id.split('/');
  if (owner === undefined || name === undefined) return known;
  try {
    const { listModels } = await import('@huggingface/hub');
    const models = listModels({ search: { owner }, limit: mostModels, hubUrl: settings.endpoint, fetch });
    for await (const model of models) known.push(model.name);
  } catch {
    // The suggestion is a courtesy; the refusal itself is what matters.
  }
  return known;
}

/** Branches and tags of a model, as far as the hub tells. */
async function revisionsOf({ id }: HubReference, settings: HubSettings, fetch: Fetch): Promise<string[]> {
  try {
    const response = await fetch(`${settings.endpoint}/api/models/${id}/refs`);
    const refs = (await response.json()) as Record<'branches' | 'tags', { name: string }[] | undefined>;
    return [...(refs.branches ?? []), ...(refs.tags ?? [])].map(({ name }) => name);
  } catch {
    return [];
  }
}
