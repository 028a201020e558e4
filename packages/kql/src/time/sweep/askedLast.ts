import { columnsOf } from '../../plan/columns.ts';
import { conjuncts } from '../../plan/conjuncts.ts';
import type { JoinNode, Relation } from '../../plan/relation.ts';
import type { InQueryNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import { columnsRead } from '../../plan/visitor.ts';
import { filter, passed, project } from './carried.ts';

/** What is asked of a row about others: that one of theirs is there, or that none is. */
export type Asked =
  | { readonly kind: 'join'; readonly join: JoinNode }
  | { readonly kind: 'member'; readonly condition: InQueryNode };

/** A relation as rows of which something is asked last, in this order: it only takes rows away, so that it may be asked of
 *  the few that are left when all else was. `dependsOnTime` says which subqueries change with the moment. */
export function askedLast(
  node: Relation,
  dependsOnTime: (query: Relation) => boolean,
): { readonly rows: Relation; readonly asked: readonly Asked[] } {
  switch (node.kind) {
    case 'filter': {
      const { rows, asked } = askedLast(node.input, dependsOnTime);
      const isMember = (part: Scalar): part is InQueryNode => part.kind === 'inQuery' && dependsOnTime(part.query);
      const parts = conjuncts(node.predicate);
      const own = parts.filter((part) => !isMember(part));
      const members = parts.filter(isMember).map((condition): Asked => ({ kind: 'member', condition }));
      return { rows: own.reduce(filter, rows), asked: [...asked, ...members] };
    }
    case 'project': {
      const { rows, asked } = askedLast(node.input, dependsOnTime);
      if (asked.length === 0) return { rows: node, asked };
      const read = new Set(asked.flatMap(columnsAsked));
      const isOwn = ({ id }: PlanColumn) => node.columns.some(({ column }) => column.id === id);
      const handedUp = columnsOf(rows).filter((column) => read.has(column.id) && !isOwn(column));
      return { rows: project(rows, [...node.columns, ...handedUp.map(passed)]), asked };
    }
    case 'join': {
      if (node.join !== 'leftanti' && node.join !== 'leftsemi') return { rows: node, asked: [] };
      const { rows, asked } = askedLast(node.left, dependsOnTime);
      return { rows, asked: [...asked, { kind: 'join', join: node }] };
    }
    default:
      return { rows: node, asked: [] };
  }
}

/** The columns of the rows that it is asked of. */
function columnsAsked(ask: Asked): number[] {
  const values = ask.kind === 'member' ? [ask.condition.operand] : ask.join.on.map(({ left }) => left);
  return values.flatMap((value) => [...columnsRead(value)]);
}
