import { accessOverMemory } from '../access/access.fixture.ts';
import type { Role, Scope } from '../access/roles.ts';
import { AlertBook } from '../alert/book.ts';
import { story, told } from '../alert/told.fixture.ts';
import { ViewBook } from '../alert/views.ts';
import { SavedHunts } from '../hunts/savedHunts.ts';
import { Undelivered } from '../notify/undelivered.ts';
import { Health } from '../operate/health.ts';
import { createLog } from '../operate/log.ts';
import { createMetrics } from '../operate/metrics.ts';
import { Store } from '../store/store.ts';
import { auditInto, checkTrail, readTrail } from '../store/trail.ts';
import { createApi } from './api.ts';
import { steadyClock } from './clock.fixture.ts';
import { desks } from './desks.fixture.ts';
import type { HttpOptions } from './http/serveRoutes.ts';
import { openServer } from './http/server.ts';
import type { Parts } from './parts.ts';
import { Queries } from './query/queries.ts';
import { someTables } from './query/tables.fixture.ts';

export const password = 'correct horse battery';

/** A whole API on a port of this machine: real HTTP, a real store in memory, real processes for queries; ten alerts. */
export async function openApi(options: Partial<HttpOptions> = {}) {
  const store = Store.open(':memory:');
  const { access, pass, clock: stillClock } = accessOverMemory(store, auditInto(store));
  const clock = { ...steadyClock(), now: stillClock.now };
  const lines: string[] = [];
  const log = createLog({ level: 'info', clock, write: (line) => lines.push(line) });
  const lake = await someTables();
  const { directory, spillDirectory, snapshot } = lake;
  const queries = new Queries({
    ...{ directory, spillDirectory, snapshot, clock, watchlists: [], prepare: [] },
    limits: { atOnce: 1, memoryMb: 120, threads: 1, spillMb: 20, time: 100_000_000n, rows: 50 },
    onCrash: (said) => log.error({ said }, 'a query crashed'),
  });
  const alerts = new AlertBook(store, { floor: 'low' });
  for (let each = 0; each < 10; each += 1)
    alerts.apply(
      told(each, [story([each * 5_000])], { revision: `r${each}`, rule: { id: `rule-${each}`, name: `Rule ${each}` } }),
    );
  const parts: Parts = {
    ...{ clock, log, metrics: createMetrics(), health: new Health(clock), access, alerts, queries },
    views: new ViewBook(store),
    savedHunts: new SavedHunts(store),
    undelivered: new Undelivered(store),
    trail: {
      last: () => Number(store.statement('SELECT max(id) AS last FROM trail').get()?.last ?? 0n),
      read: (query) => readTrail(store, query),
      check: () => checkTrail(store),
    },
    ...desks(),
  };
  const app = createApi(parts, { tls: false, proxies: new Set(), hostNames: [], ...options });
  const server = await openServer(app, { listen: { host: '127.0.0.1', port: 0 }, plainHttp: false });

  /** Gives the secret of a new session. */
  const addUser = async (name: string, role: Role) => {
    const { users } = access;
    if (users.find(name) === undefined) await users.setPassword(users.add(name, role, 'test'), password, 'test');
    return access.sessions.begin(users.get(name), '127.0.0.1').secret;
  };
  const addToken = (owner: string, ...scopes: Scope[]) => {
    const user = access.users.get(owner);
    const by = { name: owner, scopes: new Set(scopes), user };
    tokens += 1;
    return access.tokens.create({ name: `token ${tokens}`, scopes, expires: null }, by).secret;
  };
  let tokens = 0;
  return {
    ...{ access, alerts, app, clock, lake, lines, parts, pass, queries, server, store, addUser, addToken },
    url: (path: string) => `${server.url}${path}`,
    close: async () => {
      await server.close(AbortSignal.abort());
      await queries.close();
      await lake.remove();
      store.close();
    },
  };
}

export type OpenApi = Awaited<ReturnType<typeof openApi>>;

/** Asks with JSON and gives status, headers and what was answered. */
export async function ask(
  api: Pick<OpenApi, 'url'>,
  method: string,
  path: string,
  { body, headers = {}, ...init }: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
) {
  const response = await fetch(api.url(path), {
    method,
    ...init,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json && text !== '' ? JSON.parse(text) : text };
}

/** Headers of a browser that is logged in and on the service's own page. */
export function browser(secret: string): Record<string, string> {
  return { cookie: `weir=${secret}`, 'sec-fetch-site': 'same-origin' };
}
