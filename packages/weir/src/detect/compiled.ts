import { type Compiled, type CompileOptions, compile } from '@weir/kql';
import type { Schema } from '@weir/kql/types';

/** A query that detection runs. */
export interface DetectionQuery {
  readonly text: string;
  /** As for `CompileOptions.schema`: the same object for the same tables. */
  readonly schema: Schema;
  readonly lineage?: 'EventId';
}

const ahead = new WeakMap<Schema, Map<string, Compiled>>();

/** The query for DuckDB: as it was compiled ahead, else compiled now. */
export function compiled(query: DetectionQuery): Compiled {
  return ahead.get(query.schema)?.get(nameOf(query)) ?? compileNow(query);
}

export function compileNow({ text, schema, lineage }: DetectionQuery): Compiled {
  const options: CompileOptions = { schema, dialect: 'duckdb' };
  return compile(text, lineage === undefined ? options : { ...options, lineage });
}

/** What `compileNow` gave for the query elsewhere, kept until `forget`. */
export function know(query: DetectionQuery, answer: Compiled): void {
  const known = ahead.get(query.schema) ?? new Map<string, Compiled>();
  ahead.set(query.schema, known.set(nameOf(query), answer));
}

export function forget(query: DetectionQuery): void {
  ahead.get(query.schema)?.delete(nameOf(query));
}

function nameOf({ text, lineage }: DetectionQuery): string {
  return `${lineage ?? ''}\n${text}`;
}
