import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Compiled } from '@weir/kql';
import type { Schema } from '@weir/kql/types';

// A thread of compileAhead.ts: compiles queries one by one, in the order in which they come. A defect ends it.

export interface AheadData {
  /** Those that queries name, by number: the parser's view of one is kept with the object. */
  readonly schemas: readonly Schema[];
  /** Where Node keeps what it compiled. */
  readonly cache: string | undefined;
}

export interface AheadOrder {
  readonly query: number;
  readonly text: string;
  readonly schema: number;
  readonly lineage?: 'EventId';
}

export interface AheadAnswer {
  readonly query: number;
  readonly compiled: Compiled;
}

const { schemas, cache } = workerData as AheadData;
if (cache !== undefined) enableCompileCache(cache);
const { compileNow } = await import('./compiled.ts');

parentPort?.on('message', ({ query, schema: number, ...order }: AheadOrder) => {
  const schema = schemas[number];
  if (schema === undefined) throw new Error(`no schema ${number}`);
  parentPort?.postMessage({ query, compiled: compileNow({ ...order, schema }) } satisfies AheadAnswer);
});
