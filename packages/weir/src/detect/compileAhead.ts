import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { parserAtWork } from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import type { Rule } from '../rules/rule.ts';
import type { AheadAnswer, AheadData, AheadOrder } from './compileAhead.worker.ts';
import { type DetectionQuery, know, known } from './compiled.ts';
import { KeptQueries } from './keptQueries.ts';
import { scoreText } from './score.ts';

const coming = new WeakMap<Rule, Promise<void>>();

/** Compiles the rules' queries and scores on a thread of its own, rule by rule, while `run` reads logs and runs other rules: a
 *  process that has not compiled yet takes seconds for it. What the thread does not give, because it could not start or
 *  because of a defect, is compiled when it is asked for, and what is wrong with a rule is told when that is run. Where this
 *  process has compiled before it is as quick as the thread would be, and none starts. The thread ends with its work, and
 *  with `run` at the latest.
 *  @param schema what the rules are run with, the same object
 *  @param folder the user's own; what another process compiled of these rules is taken from there, and what this one
 *    does is left there */
export async function compilingAhead<Result>(
  rules: readonly Rule[],
  schema: Schema,
  run: () => Promise<Result>,
  folder?: string,
): Promise<Result> {
  const asked = rules.map((rule) => [rule, queriesOf(rule, schema)] as const);
  const queries = asked.flatMap(([, of]) => of);
  const kept = folder === undefined || queries.length === 0 ? undefined : new KeptQueries(folder, queries);
  const before = kept?.read();
  if (before !== undefined) {
    for (const [index, answer] of before.entries()) know(queries[index] as DetectionQuery, answer);
    return await run();
  }
  try {
    return await (queries.length === 0 || parserAtWork() ? run() : besideThread(asked, run));
  } finally {
    const answers = queries.flatMap((query) => known(query) ?? []);
    if (answers.length === queries.length) kept?.write(answers);
  }
}

function queriesOf(rule: Rule, schema: Schema): readonly DetectionQuery[] {
  return [{ text: rule.query, schema, lineage: 'EventId' }, scoreText(rule)];
}

async function besideThread<Result>(
  asked: readonly (readonly [Rule, readonly DetectionQuery[]])[],
  run: () => Promise<Result>,
): Promise<Result> {
  const orders: Order[] = [];
  for (const [rule, queries] of asked) {
    const done = queries.map((query) => new Promise<void>((resolve) => orders.push({ query, done: resolve })));
    coming.set(
      rule,
      Promise.all(done).then(() => undefined),
    );
  }
  const thread = started(orders);
  try {
    return await run();
  } finally {
    await thread.terminate();
  }
}

interface Order {
  readonly query: DetectionQuery;
  /** Called when there is nothing more to wait for. */
  readonly done: () => void;
}

function started(orders: readonly Order[]): Worker {
  const schemas = [...new Set(orders.map(({ query }) => query.schema))];
  const cache = getCompileCacheDir();
  // TypeScript where Weir runs from its source, JavaScript where it was built.
  const file = new URL(`./compileAhead.worker${extname(import.meta.url)}`, import.meta.url);
  const workerData: AheadData = { schemas, cache: cache && dirname(cache) };
  const thread = new Worker(file, { workerData });
  let left = orders.length;
  thread.on('message', ({ query: number, compiled }: AheadAnswer) => {
    const order = orders[number];
    if (order === undefined) return;
    know(order.query, compiled);
    order.done();
    left -= 1;
    if (left === 0) void thread.terminate();
  });
  const giveUp = (): void => {
    for (const { done } of orders) done();
  };
  thread.on('error', giveUp);
  thread.on('exit', giveUp);
  orders.forEach(({ query: { text, schema, lineage } }, query) => {
    const of = lineage === undefined ? {} : { lineage };
    thread.postMessage({ query, text, schema: schemas.indexOf(schema), ...of } satisfies AheadOrder);
  });
  return thread;
}

/** Until the rule is compiled, where a thread is at it. */
export async function compiledAhead(rule: Rule): Promise<void> {
  await coming.get(rule);
}
