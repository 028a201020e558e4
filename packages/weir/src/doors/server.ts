import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';

/** The certificate and its key, PEM. */
export interface ServerTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** Whose certificates clients must show; absent: none needed. */
  readonly clientAuthorities?: string | Buffer;
}

/** Milliseconds and numbers that a client which is slow, or means harm, runs into. */
const limits = {
  headersTimeout: 15_000,
  /** From the first byte of a request to the last of its body. */
  requestTimeout: 120_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};
const mostHeaders = 100;
const mostConnections = 2_000;

/** A server for an app, with limits on what a client may make it wait for or hold. It is not listening yet. */
export function doorServer(
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>,
  tls?: ServerTls,
): Server {
  const server = createAdaptorServer({
    fetch: (request, env) => fetch(request, env as HttpBindings),
    ...(tls === undefined
      ? { createServer: createHttp, serverOptions: limits }
      : {
          createServer: createHttps,
          serverOptions: {
            ...limits,
            cert: tls.cert,
            key: tls.key,
            minVersion: 'TLSv1.2' as const,
            ...(tls.clientAuthorities === undefined
              ? {}
              : { ca: tls.clientAuthorities, requestCert: true, rejectUnauthorized: true }),
          },
        }),
  }) as Server;
  server.maxHeadersCount = mostHeaders;
  server.maxConnections = mostConnections;
  return server;
}
