/** A server on 127.0.0.1 that plays the Hugging Face hub, and misbehaves when told to. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PlayedModel {
  commit: string;
  branches: string[];
  /** Content by name; those in `lfs` are known by sha256, the others by git's blob id. */
  files: Record<string, Buffer>;
  lfs: string[];
}

/** Takes over an answer; returns false to leave it to the hub. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse, content: Buffer) => boolean;

export interface PlayedHub {
  readonly endpoint: string;
  readonly models: Map<string, PlayedModel>;
  /** Requests so far: `GET /path [range]`. */
  readonly log: string[];
  readonly tokens: (string | undefined)[];
  /** One for each coming request of a file's content, first come first served. */
  readonly nextFiles: Misbehaviour[];
  /** The same for requests of the API. */
  readonly nextCalls: Misbehaviour[];
  close(): Promise<void>;
}

export const etagOf = (content: Buffer, lfs: boolean): string =>
  lfs
    ? createHash('sha256').update(content).digest('hex')
    : createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

export const refuse =
  (status: number, headers: Record<string, string> = {}): Misbehaviour =>
  (_, response) => {
    response.writeHead(status, headers).end();
    return true;
  };

/** Long enough for sent bytes to be read: what is still on its way when a connection breaks is lost. */
const arrivalMs = 25;

/** Announces everything, sends `bytes` from where it was asked to begin, and hangs up. */
export const breakAfter =
  (bytes: number): Misbehaviour =>
  (request, response, content) => {
    const start = rangeStart(request);
    head(response, content, start);
    response.write(content.subarray(start, start + bytes));
    setTimeout(() => response.destroy(), arrivalMs);
    return true;
  };

/** Sends the whole content without regard to any range, as some proxies do. */
export const ignoreRange: Misbehaviour = (_, response, content) => {
  response.writeHead(200, { 'content-length': content.length }).end(content);
  return true;
};

/** Sends as many bytes as it should, one of them wrong. */
export const corrupt: Misbehaviour = (request, response, content) => {
  const wrong = Buffer.from(content);
  wrong[wrong.length - 1]! ^= 1;
  const start = rangeStart(request);
  head(response, wrong, start);
  response.end(wrong.subarray(start));
  return true;
};

/** Ends properly, but too early: what it announces is what it sends. */
export const truncate: Misbehaviour = (_, response, content) => {
  response.writeHead(200).end(content.subarray(0, content.length >> 1));
  return true;
};

export async function playHub(): Promise<PlayedHub> {
  const hub = {
    models: new Map(),
    log: [],
    tokens: [],
    nextFiles: [],
    nextCalls: [],
  } as unknown as PlayedHub;
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(hub, { endpoint: `http://127.0.0.1:${port}`, close });
}

function answer(hub: PlayedHub, request: IncomingMessage, response: ServerResponse): unknown {
  const url = new URL(request.url ?? '/', 'http://hub');
  const { range, authorization } = request.headers;
  hub.log.push(`GET ${url.pathname}${range ? ` [${range}]` : ''}`);
  hub.tokens.push(authorization);
  const content = url.pathname.match(/^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/);
  if (content) {
    const body = hub.models.get(content[1]!)?.files[decodeURIComponent(content[3]!)];
    if (body === undefined)
      return refuse(404, { 'x-error-code': 'EntryNotFound' })(request, response, Buffer.of());
    if (hub.nextFiles.shift()?.(request, response, body)) return;
    const start = rangeStart(request);
    head(response, body, start);
    return response.end(body.subarray(start));
  }
  if (hub.nextCalls.shift()?.(request, response, Buffer.of())) return;
  return call(hub, url, response);
}

function call(hub: PlayedHub, url: URL, response: ServerResponse): unknown {
  const json = (value: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const no = (code: string) => response.writeHead(404, { 'x-error-code': code }).end();
  if (url.pathname === '/api/models') {
    const owner = `${url.searchParams.get('author')}/`;
    return json([...hub.models.keys()].filter((id) => id.startsWith(owner)).map((id) => ({ _id: id, id })));
  }
  const [, id, what, revision = ''] =
    url.pathname.match(/^\/api\/models\/([^/]+\/[^/]+)\/(\w+)\/?(.*)$/) ?? [];
  const model = hub.models.get(id ?? '');
  if (id === undefined || model === undefined) return no('RepoNotFound');
  const asked = decodeURIComponent(revision);
  if (what === 'refs') return json({ branches: model.branches.map((name) => ({ name })), tags: [] });
  if (asked !== model.commit && !model.branches.includes(asked)) return no('RevisionNotFound');
  if (what === 'revision') return json({ _id: id, id, sha: model.commit });
  return json([
    { type: 'directory', path: 'onnx', size: 0, oid: '0'.repeat(40) },
    ...Object.entries(model.files)
      .filter(([path]) => url.searchParams.get('recursive') === 'true' || !path.includes('/'))
      .map(([path, body]) => ({
        type: 'file',
        path,
        size: body.length,
        oid: etagOf(body, false),
        ...(model.lfs.includes(path)
          ? { lfs: { oid: etagOf(body, true), size: body.length, pointerSize: 130 } }
          : {}),
      })),
  ]);
}

function rangeStart(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

function head(response: ServerResponse, content: Buffer, start: number): void {
  const length = { 'content-length': content.length - start };
  if (start === 0) response.writeHead(200, length);
  else
    response.writeHead(206, {
      ...length,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
}
