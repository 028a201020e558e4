import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ticksPerDay } from '@weir/kql/types';
import { ViewBook } from '../alert/views.ts';
import { createApi } from '../api/api.ts';
import { openServer, type Server } from '../api/http/server.ts';
import { Queries } from '../api/query/queries.ts';
import { recorded } from '../api/query/recorded.ts';
import { httpDoors } from '../doors/http.ts';
import { SavedHunts } from '../hunts/savedHunts.ts';
import { writeWatchlists } from '../inventory/watchlists.ts';
import { canaryDevices } from '../live/canaryDevices.ts';
import { Undelivered } from '../notify/undelivered.ts';
import { loadTests } from '../ruletest/load.ts';
import type { Closing } from './closing.ts';
import { consolePages, noConsole } from './console.ts';
import { Backtests } from './desks/backtests.ts';
import { entityDesk } from './desks/entities.ts';
import { exceptionDesk } from './desks/exceptions.ts';
import { guideDesk } from './desks/guides.ts';
import { huntDesk } from './desks/hunts.ts';
import { ruleDesk } from './desks/rules.ts';
import { sourceDesk } from './desks/sources.ts';
import { oldestConnection, storageDesk } from './desks/storage.ts';
import { trailDesk } from './desks/trail.ts';
import type { ServiceOptions } from './options.ts';
import type { Rooms } from './rooms.ts';
import { sightOf } from './sight.ts';

export interface WebParts extends Rooms {
  readonly options: ServiceOptions;
  readonly closing: Closing;
}

/** What spills of people's queries and back-tests may take of the disk, each. */
const spillMb = 2_048;
/** Sight is of yesterday and today, and a canary's rows are of moments before it was sent; ticks. */
const canariesSeen = 3n * ticksPerDay;

/** Opens the port: doors for logs, and the API. */
export async function openWeb(parts: WebParts): Promise<Server> {
  const { options, paths, store, lake, health, metrics, access, inventory, intake, detection, sources, closing } =
    parts;
  const { config, clock, random, log } = options;
  const { alerts, library, ruleTexts, exceptionBook, exceptions } = detection;
  const lists = inventory?.watchlists ?? [];
  const watchlists = lists.map(({ name, columns }) => ({ name, columns }));
  const prepare = await recorded((engine) => writeWatchlists(engine, lists));
  const snapshot = () => lake.snapshot();
  const { memory, threads, time, rows, atOnce } = config.queries;
  const memoryMb = Math.floor(memory / 2 ** 20);
  const queries = new Queries({
    ...{ clock, watchlists, prepare, snapshot, directory: paths.segments, spillDirectory: join(paths.work, 'queries') },
    limits: { atOnce, memoryMb, threads, spillMb, time, rows },
    onCrash: (said) => log.error({ part: 'queries' }, said),
  });
  closing.add(() => queries.close());
  const backtests = new Backtests({
    ...{ store, clock, random, exceptions, snapshot },
    rules: () => library.rules.map(({ rule }) => rule),
    verdicts: () => alerts.verdicts(),
    time: config.queries.backtest,
    engine: {
      ...{ memoryMb, threads, spillMb, watchlists, prepare },
      directory: paths.segments,
      spillDirectory: join(paths.work, 'backtests'),
    },
    onBug: (told) => log.error({ part: 'back-tests' }, told),
  });
  closing.add(() => backtests.close());
  const drawnId = () => Buffer.from(random(12)).toString('hex');
  const api = createApi(
    {
      ...{ clock, log, metrics, health, access, alerts, queries, backtests, ruleTexts },
      views: new ViewBook(store),
      trail: trailDesk(store),
      rules: ruleDesk({
        store,
        rules: () => library.rules.map(({ rule }) => rule),
        testsOf: async ({ path }) => (await loadTests([path])).rules.reduce((sum, { tests }) => sum + tests.length, 0),
        copies: () => ruleTexts.copies(),
        now: () => clock.now(),
        sight: () => sightOf(queries, [drawnId(), drawnId()], canaryDevices(store, clock.now() - canariesSeen)),
      }),
      guides: guideDesk({
        rules: () => library.rules.map(({ rule }) => rule),
        folder: join(options.content, 'guides'),
        queries,
      }),
      hunts: huntDesk(join(options.content, 'hunts')),
      savedHunts: new SavedHunts(store),
      undelivered: new Undelivered(store),
      exceptions: exceptionDesk({ book: exceptionBook, alerts, inFile: () => library.exceptions, clock }),
      sources: sourceDesk({ store, states: sources, rejects: paths.rejects, aside: paths.aside }),
      entities: entityDesk({ queries, oldest: () => oldestConnection(store) }),
      storage: storageDesk({
        ...{ store, journal: intake.journal, folder: paths.segments, keep: config.lake.keep },
        most: config.lake.max === undefined ? null : BigInt(config.lake.max),
      }),
    },
    {
      tls: config.tls !== undefined,
      proxies: new Set(config.proxies),
      hostNames: [...config.hostNames, config.listen.host],
      pages: options.console === undefined ? noConsole : await consolePages(options.console),
    },
  );
  const authorize = (token: string | undefined) => access.authorize(token, 'ingest');
  const onBug = (error: unknown) => log.error({ part: 'doors', error }, 'a defect: one request had no answer');
  const doors = httpDoors({ reception: intake.reception, authorize, onBug });
  doors.notFound((context) => api.fetch(context.req.raw, context.env));
  const server = await openServer(doors, {
    ...{ listen: config.listen, plainHttp: config.plainHttp },
    ...(config.tls === undefined ? {} : { tls: await pemOf(config.tls) }),
  });
  closing.add(() => server.close(AbortSignal.timeout(5_000)));
  // A query that comes before waits for it, and logs need not.
  queries.warm().catch((error: unknown) => log.error({ part: 'queries', error }, 'no process for queries starts'));
  return server;
}

async function pemOf({ certificate, key }: { readonly certificate: string; readonly key: string }) {
  return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
}
