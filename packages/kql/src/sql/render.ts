import type { Plan } from '../plan/relation.ts';
import type { Dialect } from './dialect.ts';
import { identifier } from './quote.ts';
import { RelationRenderer } from './relation.ts';

/** A plan as one SQL query whose columns are the plan's, in order. Its names can differ from the plan's where those
 *  differ by case only: read results by position.
 *  @throws Refusal for what the dialect cannot do exactly. */
export function renderSql(plan: Plan, dialect: Dialect): string {
  const renderer = new RelationRenderer(dialect);
  const select = renderer.render(plan.relation, new Set(plan.columns.map((column) => column.id)));
  const body = renderer.text(select, plan.columns);
  const ctes = renderer.ctes.map((cte) => `${identifier(cte.name)} AS MATERIALIZED (${cte.sql})`);
  return ctes.length === 0 ? body : `WITH ${ctes.join(',\n')}\n${body}`;
}
