import { compile, referencesOf, relationsOf } from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import type { Cut } from './asked.ts';

const advice = 'Choose “as the query says”, and say the time in the query.';

/** A query over those rows alone whose Timestamp meets a condition: each table that it names is cut in a line in front. A
 *  text says why that cannot be done for certain. A query that does not compile goes as it is, and is refused. */
export function cutTo(text: string, condition: string, schema: Schema): Cut | string {
  const { plan, question } = compile(text, { schema, dialect: 'duckdb' });
  const looked = plan ?? question?.plan;
  if (looked === undefined) return { kql: text, ahead: 0 };
  const read = new Set<string>();
  for (const relation of relationsOf(looked.relation)) if (relation.kind === 'scan') read.add(relation.table);
  const named = new Set(referencesOf(text, schema).flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])));
  const timed = [...read].filter((table) => schema.tables[table]?.some(({ name }) => name === 'Timestamp'));
  const unnamed = timed.find((table) => !named.has(table));
  if (unnamed !== undefined || /\b(database|cluster)\s*\(/.test(text))
    return `The time range does not reach ${unnamed ?? 'a table'} here, which the query does not name plainly. ${advice}`;
  if (timed.length === 0) return `Nothing that this query reads has a Timestamp. ${advice}`;
  const lines = timed.map((table) => `let ${table} = ${table} | where ${condition};`);
  const ahead = `${lines.join(' ')}\n`;
  const kql = `${ahead}${text}`;
  const cut = compile(kql, { schema, dialect: 'duckdb' });
  if (cut.plan === undefined && cut.question === undefined)
    return `The time range cannot be put in front of this query. ${advice}`;
  return { kql, ahead: ahead.length };
}
