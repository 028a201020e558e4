import { Refusal } from '../diagnostics.ts';
import type { Plan } from '../plan/relation.ts';
import { bracketDepth } from './depth.ts';
import type { Dialect } from './dialect.ts';
import { checkLength } from './length.ts';
import { RelationRenderer } from './relation.ts';
import { type Item, need, type Select } from './select.ts';

/** A plan as one SQL query whose columns are the plan's, in order. Its names can differ from the plan's where those
 *  differ by case only: read results by position.
 *  @throws Refusal for what the dialect cannot do exactly. */
export function renderSql(plan: Plan, dialect: Dialect): string {
  const renderer = new RelationRenderer(dialect);
  const select = renderer.render(plan.relation, new Set(plan.columns.map((column) => column.id)));
  const body = renderer.text(promised(select, plan, dialect), plan.columns);
  const ctes = renderer.ctes.map((cte) => `${dialect.identifier(cte.name)} AS MATERIALIZED (${cte.sql})`);
  const sql = `${ctes.length === 0 ? '' : `WITH ${ctes.join(',\n')}\n`}${body}${dialect.ending}`;
  checkLength(sql, dialect, { start: 0, length: 0 });
  if (bracketDepth(sql) > dialect.deepest) {
    const message = 'The expressions of this query nest too deeply.';
    throw new Refusal('WK001', { start: 0, length: 0 }, message, 'Compute parts of them with `extend` or `summarize`.');
  }
  return sql;
}

/** The SELECT with its outputs in exactly the types of the plan's columns. */
function promised(select: Select, plan: Plan, dialect: Dialect): Select {
  const items = new Map<number, Item>(select.items);
  for (const { id } of plan.columns) {
    const item = need(select, id);
    const sql = dialect.output(item.sql, item.type);
    if (sql !== item.sql) items.set(id, { ...item, sql, plain: false });
  }
  return { ...select, items };
}
