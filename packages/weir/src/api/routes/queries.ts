import { z } from '@hono/zod-openapi';
import type { Diagnostic } from '@weir/kql';
import type { Context } from 'hono';
import type { Principal } from '../../access/roles.ts';
import { jsonText } from '../../report/harmless.ts';
import { type Mistake, mistake, RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { type Queries, type QueryAnswer, QueryRefused, type Running } from '../query/queries.ts';
import { givenMoment, moment, told, toldOrNull } from '../shapes.ts';

export const queryId = z.string().regex(/^[\w-]{1,64}$/, 'an id is 1 to 64 letters, digits, dashes and underscores');
export const kql = z.string().min(1).max(100_000);
const column = z.object({ name: z.string(), type: z.string() });

const running = z
  .object({ id: z.string(), who: z.string(), kql: z.string(), since: moment, now: moment.nullable() })
  .openapi('RunningQuery');

export const queryResult = z
  .object({
    columns: z.array(column),
    rows: z.array(z.array(z.unknown())),
    count: z.int(),
    /** There were more rows than may be given. */
    truncated: z.boolean(),
    /** What `now()` was. */
    now: moment,
    /** The lake's commit that it saw. */
    seq: z.int(),
    warnings: z.array(mistake),
  })
  .openapi('QueryResult');

/** People's questions in KQL. An id is its asker's own: two people may use the same. */
export function queryRoutes({ queries, metrics, clock }: Pick<Parts, 'queries' | 'metrics' | 'clock'>): Route[] {
  const timed = timedBy({ metrics, clock });
  return [
    route(
      {
        method: 'post',
        path: '/api/queries',
        name: 'runQuery',
        summary: 'Run a KQL query. It ends when the connection is closed, or is cancelled by its id.',
        needs: 'read',
        body: z.strictObject({
          id: queryId,
          kql,
          now: givenMoment.optional(),
          rows: z.int().min(1).max(1_000_000).optional(),
        }),
        answer: queryResult,
      },
      async ({ body, who, signal, context }) => {
        const query = { ...body, id: keyOf(who, body.id), who: who.name };
        return answered(context, await timed(() => queries.run(query, signal)));
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/queries/check',
        name: 'checkQuery',
        summary: 'What is wrong with a KQL text, and the columns that it would give.',
        needs: 'read',
        body: z.strictObject({ id: queryId, kql }),
        answer: z.object({ mistakes: z.array(mistake), columns: z.array(column) }),
        passive: true,
      },
      async ({ body, who, signal }) => {
        const query = { ...body, id: keyOf(who, body.id), who: who.name };
        const { diagnostics, columns } = await timed(() => queries.check(query, signal));
        return { mistakes: diagnostics.map(asMistake), columns: columns.map(({ name, type }) => ({ name, type })) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/tables',
        name: 'listTables',
        summary: 'The tables that a query may name, with their columns, and the table behind each watchlist.',
        needs: 'read',
        answer: z.object({
          tables: z.array(z.object({ name: z.string(), columns: z.array(column) })),
          watchlists: z.array(z.object({ name: z.string(), table: z.string() })),
          /** No query gives more rows than this. */
          rows: z.int(),
        }),
        passive: true,
      },
      () => {
        const { tables, watchlists = {} } = queries.schema;
        return {
          tables: Object.entries(tables).map(([name, columns]) => ({ name, columns: [...columns] })),
          watchlists: Object.entries(watchlists).map(([name, table]) => ({ name, table })),
          rows: queries.rowsMost,
        };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/queries',
        name: 'listQueries',
        summary: "One's own queries that run or wait; an administrator's list has all.",
        needs: 'read',
        answer: z.object({ queries: z.array(running) }),
        passive: true,
      },
      ({ who }) => ({
        queries: queries
          .running()
          .filter((one) => who.scopes.has('admin') || one.who === who.name)
          .map(runningRecord),
      }),
    ),
    route(
      {
        method: 'delete',
        path: '/api/queries/{id}',
        name: 'cancelQuery',
        summary: 'Cancel a query of one’s own; an administrator says with `who` whose.',
        needs: 'read',
        params: z.strictObject({ id: queryId }),
        query: z.strictObject({ who: z.string().min(1).max(100).optional() }),
      },
      ({ params, query, who }) => {
        const whose = query.who ?? who.name;
        const may = whose === who.name || who.scopes.has('admin');
        if (may && queries.cancel(JSON.stringify([whose, params.id]))) return undefined;
        throw new RequestError(404, 'QUERY_UNKNOWN', params.id, 'no such query runs', 'It may have ended already.');
      },
    ),
  ];
}

/** Runs a query and measures it; what does not compile is told as a refusal with its places. */
export function timedBy({ metrics, clock }: Pick<Parts, 'metrics' | 'clock'>) {
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const began = clock.now();
    const done = (outcome: string) =>
      metrics.queries.run.observe({ outcome }, Number(clock.now() - began) / 10_000_000);
    metrics.queries.running.inc();
    try {
      const answered = await work();
      done('answered');
      return answered;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      done(typeof code === 'string' ? code.toLowerCase() : 'bug');
      throw error instanceof QueryRefused ? refusal(error) : error;
    } finally {
      metrics.queries.running.dec();
    }
  };
}

/** Refuses a query that does not compile, with its places, before it is kept. */
export function compiling(queries: Pick<Queries, 'check'>) {
  let checks = 0;
  return async (text: string, who: Principal, signal: AbortSignal): Promise<void> => {
    checks += 1;
    // No id that anybody gives: those have no blanks.
    const id = keyOf(who, `kept ${checks}`);
    const { diagnostics } = await queries.check({ id, who: who.name, kql: text }, signal);
    if (diagnostics.some(({ severity }) => severity === 'error')) throw refusal(new QueryRefused(diagnostics));
  };
}

/** What a query is called among everybody's. */
export function keyOf(who: Principal, own: string): string {
  return JSON.stringify([who.name, own]);
}

/** An answer as its asker gets it, with what else is said of it. */
export function answered(
  context: Context,
  { rows, now, seq, columns, count, truncated, diagnostics }: QueryAnswer,
  more: object = {},
): Response {
  const head = {
    columns: columns.map(({ name, type }) => ({ name, type })),
    count,
    truncated,
    now: told(now),
    seq,
    warnings: diagnostics.map(asMistake),
    ...more,
  };
  // The rows are JSON text already, and may be many.
  const text = `${jsonText(head).slice(0, -1)},"rows":[${rows}]}`;
  return context.body(text, 200, { 'content-type': 'application/json' });
}

function runningRecord({ id: key, who, kql: text, since, now }: Running): z.input<typeof running> {
  return { id: String(JSON.parse(key)[1]), who, kql: text, since: told(since), now: toldOrNull(now ?? null) };
}

function refusal({ code, place, message, advice, diagnostics }: QueryRefused): RequestError {
  return new RequestError(422, code, place, message, advice, diagnostics.map(asMistake));
}

function asMistake({ code, severity, message, line, column: at, start, length, advice }: Diagnostic): Mistake {
  return {
    ...{ code, severity, message, place: `${line}:${at}`, start, end: start + length },
    ...(advice === undefined ? {} : { advice }),
  };
}
