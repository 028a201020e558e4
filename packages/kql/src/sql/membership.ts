import type { InQueryNode } from '../plan/scalar.ts';
import type { Arg } from './emit.ts';
import type { Surroundings } from './surroundings.ts';

/** `x in (subquery)`: a null is in no table of values, and among nulls it is neither in nor out. `filtering`: NULL and
 *  false mean the same here. */
export function inQuerySql(node: InQueryNode, operand: Arg, around: Surroundings, filtering: boolean): Arg {
  const { dialect } = around;
  const query = around.subquery(node.query, node.column);
  const fold = node.ignoreCase ? dialect.fold : (sql: string) => sql;
  const rows = `SELECT ${fold('c')} FROM (${query.sql}) AS q(c)${query.nullable ? ' WHERE c IS NOT NULL' : ''}`;
  const member = `${fold(operand.sql)} IN (${rows})`;
  const known = node.negated ? `(NOT (${member}))` : `(${member})`;
  const made = { type: 'bool', nullable: false, span: node.span } as const;
  if (!operand.nullable || (filtering && !node.negated)) return { sql: known, ...made };
  if (!query.nullable) return { sql: `coalesce(${known}, ${node.negated})`, ...made };
  const amongNulls =
    `(SELECT CASE WHEN count(*) > 0 THEN NULL ELSE ${node.negated} END ` +
    `FROM (${query.sql}) AS q(c) WHERE c IS NULL)`;
  return { sql: `CASE WHEN ${operand.sql} IS NULL THEN ${amongNulls} ELSE ${known} END`, ...made, nullable: true };
}
