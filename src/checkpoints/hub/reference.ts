/** How an experiment names a model: a folder, or a hub id with a revision (`openai/clip-vit-base-patch16@main`). */

export interface HubReference {
  /** `owner/name`, or `name` alone for the oldest models. */
  readonly id: string;
  /** Branch, tag, pull request (`refs/pr/1`) or commit. */
  readonly revision: string;
}

const segment = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const hubReference = new RegExp(`^(${segment}(?:/${segment})?)(?:@([A-Za-z0-9._/-]+))?$`);

/** The hub id that `text` may be, or undefined when it can only be a path. */
export function parseHubReference(text: string): HubReference | undefined {
  const match = hubReference.exec(text);
  if (match === null) return undefined;
  const [, id, revision = 'main'] = match;
  const impossible = /--|\.\./.test(text) || revision.startsWith('/') || revision.endsWith('/');
  return impossible || id === undefined ? undefined : { id, revision };
}
