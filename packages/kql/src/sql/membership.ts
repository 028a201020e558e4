import { Refusal } from '../diagnostics.ts';
import type { InQueryNode } from '../plan/scalar.ts';
import type { Arg } from './emit.ts';
import type { Surroundings } from './surroundings.ts';

/** `x in (subquery)`. `filtering`: NULL and false mean the same here. */
export function inQuerySql(node: InQueryNode, operand: Arg, around: Surroundings, filtering: boolean): Arg {
  const { dialect } = around;
  const query = around.subquery(node.query, node.column);
  if (operand.nullable && query.nullable && (node.negated || !filtering)) {
    throw new Refusal(
      'WK001',
      node.span,
      'Membership is not supported where both the value and the table may hold null.',
      'Filter first: `where isnotnull(x)`.',
    );
  }
  const fold = node.ignoreCase ? dialect.fold : (sql: string) => sql;
  const rows = `SELECT ${fold('c')} FROM (${query.sql}) AS q(c)${query.nullable ? ' WHERE c IS NOT NULL' : ''}`;
  const member = `${fold(operand.sql)} IN (${rows})`;
  const plain = !operand.nullable || (filtering && !node.negated);
  const total = plain ? `(${member})` : `coalesce(${member}, false)`;
  return { sql: node.negated ? `(NOT ${total})` : total, type: 'bool', nullable: false, span: node.span };
}
