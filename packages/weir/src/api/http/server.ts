import { createServer, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { UserError } from '../../model/userError.ts';
import { isLoopback, type Listen } from '../../operate/config/address.ts';
import { problemOf, problemResponse, RequestError } from './problem.ts';

/** What answers requests; it is given the connection that one came by. */
interface Application {
  fetch(request: Request, connection: HttpBindings): Response | Promise<Response>;
}

export interface ServerOptions {
  readonly listen: Listen;
  /** PEM texts. */
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    /** Whose certificates clients must show; absent: none needed. */
    readonly clientAuthorities?: string;
  };
  /** Listen beyond this machine without TLS. */
  readonly plainHttp: boolean;
}

export interface Server {
  /** As one reaches it from this machine. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests and waits for those that are answered; `now` breaks them off. */
  close(now?: AbortSignal): Promise<void>;
}

/** What a client that is slow, or means harm, runs into: times in milliseconds. A body of logs may take a while. */
const limits = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};
const headersMax = 100;
const connectionsMax = 2_000;

/** Opens a port for an application.
 *  @throws UserError where it would be reached from other machines in the clear, or the port cannot be had */
export async function openServer(app: Application, { listen, tls, plainHttp }: ServerOptions): Promise<Server> {
  if (tls === undefined && !plainHttp && !isLoopback(listen.host))
    throw new UserError(
      'LISTEN_REFUSED',
      `${listen.host}:${listen.port}`,
      'it is reached from other machines, and without TLS passwords and logs would travel in the clear',
      'Give tls a certificate and a key, listen at 127.0.0.1, or set plainHttp where a proxy in front has TLS.',
    );
  const answer = getRequestListener((request, connection) => app.fetch(request, connection as HttpBindings), {
    overrideGlobalObjects: false,
    // Thrown before the application is asked: a URL or a Host that is none.
    errorHandler: () => problemResponse(invalid(400)),
  });
  const server = tls ? createTlsServer({ ...limits, ...secured(tls) }, answer) : createServer(limits, answer);
  server.maxHeadersCount = headersMax;
  server.maxConnections = connectionsMax;
  server.on('clientError', refuse);
  let closing = false;
  // A connection that was kept alive for an answer is of no use to a server that closes, and would keep it waiting.
  server.on('request', (_, response) => {
    response.once('close', () => setImmediate(() => closing && server.closeIdleConnections()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unheard(error, listen)));
    server.listen(listen.port, listen.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    close: (now) =>
      new Promise((resolve) => {
        closing = true;
        const breakOff = () => server.closeAllConnections();
        server.close(() => {
          now?.removeEventListener('abort', breakOff);
          resolve();
        });
        server.closeIdleConnections();
        if (now?.aborted) breakOff();
        now?.addEventListener('abort', breakOff, { once: true });
      }),
  };
}

/** What is no HTTP gets an answer all the same. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const told = problemOf(invalid(status));
  const body = JSON.stringify(told);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\nConnection: close`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function invalid(status: number): RequestError {
  const message = STATUS_CODES[status] ?? 'Bad Request';
  return new RequestError(status, 'HTTP_INVALID', 'request', message, 'Send a request of HTTP/1.1.');
}

function secured({ certificate, key, clientAuthorities }: NonNullable<ServerOptions['tls']>) {
  return {
    ...{ cert: certificate, key, minVersion: 'TLSv1.2' as const },
    ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: true }),
  };
}

function unheard(error: NodeJS.ErrnoException, { host, port }: Listen): Error {
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: 'Another program listens there, Weir itself perhaps: stop it, or take another port.',
    EACCES: 'Ports below 1024 need a permission; take another one, or let a proxy listen there.',
    EADDRNOTAVAIL: 'The machine has no such address; look at listen in weir.yaml.',
  };
  const way = advice[error.code ?? ''];
  return way === undefined
    ? error
    : new UserError('LISTEN_REFUSED', `${host}:${port}`, `cannot listen (${error.code})`, way);
}
