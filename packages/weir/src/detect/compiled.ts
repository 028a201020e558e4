import { type Compiled, type CompileOptions, compile } from '@weir/kql';
import type { Schema } from '@weir/kql/types';

/** A query that detection runs. */
export interface DetectionQuery {
  readonly text: string;
  /** As for `CompileOptions.schema`: the same object for the same tables. */
  readonly schema: Schema;
  readonly lineage?: 'EventId';
}

/** Answers that are kept for one schema, those that were asked for last: more than a pack of rules has queries. */
const most = 100;

const answers = new WeakMap<Schema, Map<string, Compiled>>();

/** The query for DuckDB: as it was compiled before, else compiled now. Rules that are read again say what they said. */
export function compiled(query: DetectionQuery): Compiled {
  const answer = known(query) ?? compileNow(query);
  know(query, answer);
  return answer;
}

export function compileNow({ text, schema, lineage }: DetectionQuery): Compiled {
  const options: CompileOptions = { schema, dialect: 'duckdb' };
  return compile(text, lineage === undefined ? options : { ...options, lineage });
}

/** As the query was compiled before, where that is kept. */
export function known(query: DetectionQuery): Compiled | undefined {
  return answers.get(query.schema)?.get(nameOf(query));
}

/** Keeps what `compileNow` gave for the query, here or elsewhere. */
export function know(query: DetectionQuery, answer: Compiled): void {
  const ofSchema = answers.get(query.schema) ?? new Map<string, Compiled>();
  answers.set(query.schema, ofSchema);
  const name = nameOf(query);
  ofSchema.delete(name);
  ofSchema.set(name, answer);
  const [oldest] = ofSchema.size > most ? ofSchema.keys() : [];
  if (oldest !== undefined) ofSchema.delete(oldest);
}

function nameOf({ text, lineage }: DetectionQuery): string {
  return `${lineage ?? ''}\n${text}`;
}
