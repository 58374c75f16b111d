/**
 * Serves one page on this machine alone, and tells those who look at it when its data have changed.
 *
 * Three addresses exist, `/`, `/data` and `/events` (server-sent events, WHATWG HTML, section 9.2); no address is ever looked up on the disk.
 * A request under another host's name is refused, so that no website can read the page through a name that points here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemCode, TurboError } from '../errors/turbo-error.js';

const HOST = '127.0.0.1';

export interface ServedPage {
  /** The whole page. */
  readonly page: () => Promise<string>;
  /** Its data alone, as the page carries them. */
  readonly data: () => Promise<string>;
  /** Something that is another value whenever the data are. */
  readonly version: () => string;
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** @param port 0 is any that is free @param pollMs how often to look for news @throws TurboError when the port is taken */
export async function servePage(served: ServedPage, port: number, pollMs = 500): Promise<PageServer> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    void answer(request, response, served, listeners);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(port, cause)));
    server.listen(port, HOST, resolve);
  });
  let version = served.version();
  const timer = setInterval(() => {
    const now = served.version();
    if (now === version) return;
    version = now;
    for (const listener of listeners) listener.write('data: changed\n\n');
  }, pollMs);
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    close() {
      clearInterval(timer);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { page, data }: ServedPage,
  listeners: Set<ServerResponse>,
): Promise<void> {
  const own = new RegExp(`^(${HOST.replaceAll('.', '\\.')}|localhost):${request.socket.localPort}$`);
  const say = (status: number, type: string, body: string): void => {
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  try {
    if (!own.test(request.headers.host ?? '')) say(403, 'text/plain', 'Only for this machine.');
    else if (request.method !== 'GET' && request.method !== 'HEAD') say(405, 'text/plain', 'GET alone.');
    else if (request.url === '/') say(200, 'text/html', await page());
    else if (request.url === '/data') say(200, 'text/plain', await data());
    else if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': listening\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    } else say(404, 'text/plain', 'There is nothing here but the report at /.');
  } catch (thrown) {
    say(500, 'text/plain', thrown instanceof TurboError ? thrown.message : 'The page cannot be made.');
  }
}

function cannotListen(port: number, cause: unknown): TurboError {
  const isTaken = systemCode(cause) === 'EADDRINUSE';
  return new TurboError(isTaken ? 'The port is taken' : 'The page cannot be served', {
    value: port,
    next: 'Choose another one with --port, or --port 0 for any that is free.',
    cause,
  });
}
