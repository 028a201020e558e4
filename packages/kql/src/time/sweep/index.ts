import { prune } from '../../plan/prune.ts';
import type { Defined, Plan } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { walk } from '../../plan/visitor.ts';
import { type Carried, passed, project, read } from './carried.ts';
import type { Step } from './making.ts';
import { NotSwept } from './notSwept.ts';
import type { SweepOptions } from './options.ts';
import { Sweep } from './sweep.ts';

export type { SweepOptions } from './options.ts';

/** A query at all moments at once. */
export interface Swept {
  /** Tables that must be made first, in this order; each plan may read those before it. */
  readonly steps: readonly Step[];
  /** Its columns are `shown`, then of each row `enter` and `exit`: it stands in the query's result at the moments from
   *  the one up to, but without, the other. Then `ids` lists of ids, and of each of `groups` the mark and the values.
   *  A row of the query may be several rows here, at moments apart. */
  readonly plan: Plan;
  /** How many columns of the query stand in front. */
  readonly shown: number;
  readonly ids: number;
  readonly groups: readonly SweptGroup[];
}

/** Where a result row is made of a group, its rows are those of `members` that are there while it is. */
export interface SweptGroup {
  /** The group's values, an id, and the moments of the id in the group: `by` columns, then `id`, `enter`, `exit`. */
  readonly members: Plan;
  /** How many values tell a group apart. In the query's plan they stand behind the mark, which is null where the row is
   *  of no group, and equal for two rows of one group only where these are made of the same ids. */
  readonly by: number;
}

/** The plan with intervals instead of moments: no row of the tables is repeated for the moments that see it, and groups
 *  are summed by what comes and goes. `lineage` is the column that `withLineage` added; `shown` are the others that are
 *  wanted, and no aggregate is computed that neither decides nor is shown. Gives the reason where it cannot be done
 *  exactly. */
export function sweep(
  plan: Plan,
  shown: readonly PlanColumn[],
  lineage: PlanColumn | undefined,
  options: SweepOptions,
): Swept | { readonly reason: string } {
  const wanted = lineage === undefined ? shown : [...shown, lineage];
  const { relation } = prune({ relation: plan.relation, columns: wanted });
  try {
    const sweeping = new Sweep(relation, lineage?.id, options);
    return finished(sweeping.carry(relation), shown, lineage, sweeping);
  } catch (error) {
    if (error instanceof NotSwept) return { reason: error.message };
    throw error;
  }
}

function finished(
  carried: Carried,
  shown: readonly PlanColumn[],
  lineage: PlanColumn | undefined,
  sweeping: Sweep,
): Swept {
  const { interval, moving } = carried;
  if (interval === undefined) throw new NotSwept('it reads no rows that have a time');
  if (shown.some(({ id }) => moving.has(id))) throw new NotSwept('its result shows now()');
  const { ids, groups } = (lineage && carried.lineage.get(lineage.id)) ?? { ids: [], groups: [] };
  // A value of a group may be shown too.
  const behind = groups
    .flatMap(({ mark, by }) => [mark, ...by])
    .map((column): Defined => ({ column: sweeping.copyOf(column), value: read(column) }));
  const defined = [...[...shown, interval.enter, interval.exit, ...ids].map(passed), ...behind];
  const columns = defined.map(({ column }) => column);
  const whole = prune({ relation: project(carried.relation, defined), columns });
  const made = groups.map(({ by, members }) => {
    const told = [...members.by, members.id, members.interval.enter, members.interval.exit];
    return { by: by.length, members: prune({ relation: members.relation, columns: told }) };
  });
  const steps = needed(sweeping.steps, [whole, ...made.map(({ members }) => members)]);
  return { steps, plan: whole, shown: shown.length, ids: ids.length, groups: made };
}

/** The steps with the columns that later ones, or these plans, read of them. */
function needed(steps: readonly Step[], plans: readonly Plan[]): Step[] {
  const later = [...plans];
  const kept: Step[] = [];
  for (const { name, plan } of [...steps].reverse()) {
    const read = new Set<string>();
    for (const { relation } of later) {
      walk(relation, (node) => {
        if (node.kind === 'scan' && node.table === name) for (const { source } of node.columns) read.add(source);
      });
    }
    const own = prune({ ...plan, columns: plan.columns.filter((column) => read.has(column.name)) });
    if (read.size === 0) continue;
    later.push(own);
    kept.unshift({ name, plan: own });
  }
  return kept;
}
