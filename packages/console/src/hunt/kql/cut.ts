import { compile, referencesOf, walk } from '@weir/kql';
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
  walk(looked.relation, (node) => {
    if (node.kind === 'scan') read.add(node.table);
  });
  const named = new Set(referencesOf(text, schema).flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])));
  // What stands behind a question to the data is in no plan yet.
  if (plan === undefined) for (const table of named) read.add(table);
  const isHidden = plan === undefined && /\b(search|find|table\s*\()|\bunion\b[^|;]*\*/.test(text);
  const timed = [...read].filter((table) => schema.tables[table]?.some(({ name }) => name === 'Timestamp'));
  const unnamed = timed.find((table) => !named.has(table));
  if (unnamed !== undefined || isHidden || /\b(database|cluster)\s*\(/.test(text))
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
