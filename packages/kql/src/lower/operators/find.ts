import { type Bound, bare, nameOf, need, parameter, visit } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { converted } from '../functions.ts';
import { call, constant } from '../scalar-operator.ts';
import { passed, projected, reference, scopeOf, type Table } from '../table.ts';
import { namedType } from '../type-names.ts';
import { Missing, namesIn } from './find-missing.ts';
import { everything, type Leg, legsOf } from './legs.ts';
import { Search } from './search.ts';
import { combined } from './union.ts';

/** The column that holds what stands in no column of its own. */
const packed = 'pack_';

/** `find … where … project …` as a source (page find-operator.md): the rows of several tables that match, behind a column
 *  with the table's name. Without `project`, what the condition does not name and not all tables have is packed into a bag;
 *  the page says of no value that it is left out, and `pack_all()` keeps nulls. */
export function find(node: Bound, env: Env, context: Lowering): Table {
  const clause = node.child('Project');
  if (node.child('ProjectAway') !== undefined) {
    return refuse(node.span, 'WK001', '`project-away` of `find` is not supported.', 'Write `project …`.');
  }
  const condition = need(node, 'Condition');
  const { legs, types } = searched(node, condition, env, context);
  const items = clause?.list('Columns') ?? [];
  const columns = items.length > 0 ? items.map((item) => wanted(item, legs)) : smart(node, legs, types);
  const rest = items.length > 0 ? undefined : restOf(node, legs, columns);
  const found = legs.map(({ table, label }): Leg => {
    const search = new Search(scopeOf(table, env), context, false);
    const lacking = new Map([...types].filter(([name]) => typeIn(table, name) === undefined));
    const missing = new Missing(lacking, env, context);
    const predicate = missing.predicate(condition, (part) => search.predicate(part));
    const kept: Table = { ...table, relation: { kind: 'filter', input: table.relation, predicate } };
    const defined = columns.map((column) => columnIn(kept, column, node, context));
    const bag = rest?.get(table);
    if (bag !== undefined) defined.push(bagOf(bag, node, context));
    return { label, table: projected(kept, defined) };
  });
  const given = parameter(node, 'withsource');
  return combined(node, found, context, { common: false, source: given === undefined ? 'source_' : nameOf(given) });
}

/** The tables that have some of what the condition names, and the type of each name. */
function searched(
  node: Bound,
  condition: Bound,
  env: Env,
  context: Lowering,
): { readonly legs: readonly Leg[]; readonly types: ReadonlyMap<string, KqlType> } {
  const listed = node.child('InClause')?.list('Expressions');
  const legs = listed === undefined ? everything(env, context, node) : legsOf(listed, [], '', env, context);
  const unnamed = legs.findIndex(({ table }) => table.name === undefined);
  if (unnamed >= 0) {
    const advice = 'Name it: `let V = view () { … };`.';
    return refuse(node.span, 'WK001', 'A table without a name is not supported in `find`.', advice);
  }
  const names = namesIn(condition);
  const any = hasTerm(condition);
  const holding = legs.filter(({ table }) => any || names.length === 0 || names.some((name) => typeIn(table, name)));
  const found = new Map<string, KqlType>();
  for (const name of names) {
    const [type, ...others] = new Set(holding.flatMap(({ table }) => typeIn(table, name) ?? []));
    if (type !== undefined && others.length === 0) {
      found.set(name, type);
      continue;
    }
    const message = `\`${name}\` is not of one type in all tables that this looks into.`;
    refuse(condition.span, 'WK001', message, 'Name tables that are alike: `find in (…) where …`, or write `union`.');
  }
  return { legs: holding, types: found };
}

/** Does the condition look for a text in every column? An asterisk in such a text is not documented for `find`. */
function hasTerm(condition: Bound): boolean {
  const node = bare(condition);
  if (node.kind === 'AndExpression' || node.kind === 'OrExpression') {
    return ['Left', 'Right'].map((side) => hasTerm(need(node, side))).includes(true);
  }
  if (typeof node.constant === 'string' && node.constant.includes('*')) {
    return refuse(node.span, 'WK001', 'An asterisk in a term of `find` is not supported.', 'Write `* contains "…"`.');
  }
  if (typeof node.constant === 'string') return true;
  let star = false;
  visit(node, (item) => {
    if (item.kind === 'StarExpression') star = true;
  });
  return star;
}

function typeIn(table: Table, name: string): KqlType | undefined {
  return table.columns.find((column) => column.name === name)?.type;
}

interface Wanted {
  readonly name: string;
  readonly type: KqlType;
}

/** A column of `project`, in the type that it says or that all tables have. */
function wanted(item: Bound, legs: readonly Leg[]): Wanted {
  const typed = item.kind === 'TypedColumnReference';
  const name = nameOf(typed ? need(item, 'Column') : item);
  const [type, other] = typed
    ? [namedType(need(item, 'Type').text)]
    : new Set(legs.flatMap(({ table }) => typeIn(table, name) ?? []));
  if (type !== undefined && other === undefined) return { name, type };
  return refuse(item.span, 'WK001', `The type of \`${short(item.text)}\` is not clear.`, `Write \`${name}: string\`.`);
}

/** Without `project`: the columns that all tables have, then those of the condition, as Microsoft's binder orders them. */
function smart(node: Bound, legs: readonly Leg[], types: ReadonlyMap<string, KqlType>): readonly Wanted[] {
  const tables = legs.map(({ table }) => table);
  const common = (tables[0]?.columns ?? []).filter(({ name }) => tables.every((table) => typeIn(table, name)));
  const names = new Set([...common.map(({ name }) => name), ...types.keys()]);
  const columns = [...names].map((name): Wanted => {
    const [type, ...others] = new Set(tables.flatMap((table) => typeIn(table, name) ?? []));
    if (type !== undefined && others.length === 0) return { name, type };
    const message = `\`${name}\` is not of one type in all tables that this looks into.`;
    return refuse(node.span, 'WK001', message, 'Say which columns: `find … where … project …`.');
  });
  // The first of them names where a row comes from.
  const bound = node.columns?.slice(1).filter(({ name }) => name !== packed);
  if (bound?.map(({ name }) => name).join('\n') === columns.map(({ name }) => name).join('\n')) return columns;
  const message = 'The columns of this `find` are not clear.';
  return refuse(node.span, 'WK001', message, 'Say which: `find … where … project …`.');
}

/** Each table's columns that have none in the result; undefined where no table has any. What the bag of a table without
 *  any holds is not documented. */
function restOf(
  node: Bound,
  legs: readonly Leg[],
  columns: readonly Wanted[],
): ReadonlyMap<Table, readonly PlanColumn[]> | undefined {
  const rest = legs.map(({ table }) =>
    table.columns.filter(({ name }) => !columns.some((other) => other.name === name)),
  );
  if (rest.every((own) => own.length === 0)) return undefined;
  if (rest.every((own) => own.length > 0) && columns.every(({ name }) => name !== packed)) {
    return new Map(legs.map(({ table }, index) => [table, rest[index] ?? []]));
  }
  const message = 'Only some of these tables have columns of their own, which `find` packs into a bag.';
  return refuse(node.span, 'WK001', message, 'Say which columns: `find … where … project …`.');
}

function bagOf(columns: readonly PlanColumn[], node: Bound, context: Lowering): Defined {
  const pairs = columns.flatMap((column) => [constant(column.name, 'string', node.span), reference(column, node.span)]);
  return { column: context.column(packed, 'dynamic'), value: call('bag_pack', pairs, 'dynamic', node.span) };
}

function columnIn(table: Table, { name, type }: Wanted, node: Bound, context: Lowering): Defined {
  const own = table.columns.find((column) => column.name === name);
  if (own?.type === type) return passed(own);
  const missing = constant(type === 'string' ? '' : null, type, node.span);
  return { column: context.column(name, type), value: own === undefined ? missing : converted(reference(own), type) };
}
