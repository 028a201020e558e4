import {
  type Asked,
  candidatesOf,
  type Diagnostic,
  emptyOverNothing,
  membersOf,
  nowOfEachRow,
  type Plan,
  planToSql,
  type Relation,
  type Shape,
  shapeOf,
  sweep,
  Transformer,
  walk,
} from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import { sqlName } from '../engine/sql.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import { compiled } from './compiled.ts';
import { decidingColumns } from './decidingColumns.ts';
import { detailColumns } from './details.ts';
import type { FiringQuery } from './evidence.ts';
import { oncePerRule } from './oncePerRule.ts';
import type { Candidates, MomentQuery } from './runs.ts';
import type { SweptQuery } from './sweptEvidence.ts';
import { SweptPlan } from './sweptPlan.ts';
import { firesOnAny } from './trigger.ts';
import { enterColumn, evidenceColumns, exitColumn, isTimeless, momentColumn, timeColumns } from './window.ts';

/** A rule's query, compiled for every way in which it can be run. */
export interface RuleQuery {
  readonly shape: Shape;
  /** The tables that it reads. */
  readonly tables: readonly string[];
  /** By table, the columns that decide whether it has results. */
  readonly decidesBy: ReadonlyMap<string, ReadonlySet<string>>;
  /** Over the tables, at a given moment. */
  readonly atMoment: MomentQuery;
  /** `now()` read from each row; absent where rows do not decide alone. */
  readonly eachRow?: FiringQuery;
  /** Over candidates in place of the tables, and what those are. */
  readonly overCandidates: MomentQuery;
  /** Over candidates with the moments that see them, at all moments at once; or why that is not exact. */
  readonly byIntervals: SweptQuery | { readonly reason: string };
  readonly candidates: readonly Candidates[];
  /** Of a windowed rule whose findings are told apart by the values of its groups: which of its candidates stand in which
   *  group. Absent where it is another, or a row may stand in several. */
  readonly members?: Members;
  /** No rows to look at, no result. */
  readonly emptyOverNothing: boolean;
}

/** SQL over candidates: `by` values of the group, then the ids of the row as a list. */
export interface Members {
  readonly sql: string;
  readonly by: number;
}

const dialect = 'duckdb';

/** Compiles a rule's query against Weir's tables and the watchlists at hand, once.
 *  @throws UserError `RULE_QUERY` at the first place of the file that does not compile */
export function ruleQuery(rule: Rule, schema: Schema): RuleQuery {
  const of = queriesOf.get(schema) ?? oncePerRule((one) => compiledRule(one, schema));
  queriesOf.set(schema, of);
  return of(rule);
}

const queriesOf = new WeakMap<Schema, (rule: Rule) => RuleQuery>();

function compiledRule(rule: Rule, schema: Schema): RuleQuery {
  const traced = compiled({ text: rule.query, schema, lineage: 'EventId' }).plan;
  const plan = traced ?? untraced(rule, schema);
  const loose = traced === undefined || !namesRows(plan.relation);
  const tables = tablesOf(plan);
  const shape = shapeOfRule(rule, plan);
  const ofEachRow = shape.shape === 'row-wise' ? nowOfEachRow(plan, momentColumn) : undefined;
  const split = candidatesOf(plan, timeColumns);
  const members = shape.shape === 'windowed' && !loose ? membersQuery(rule, split) : undefined;
  const about = (of: Plan): Omit<FiringQuery, 'sql'> => {
    const columns = of.columns.map(({ name }) => name);
    const lineage = traced && plan.columns.length - 1;
    const types = of.columns.map(({ type }) => type);
    return { columns, types, lineage, loose };
  };
  const rendered = (of: Plan): MomentQuery => {
    const { sql, parameters } = planToSql(of, { dialect });
    const sqlAt = (now: bigint) => (parameters.length === 0 ? sql : planToSql(of, { dialect, now }).sql);
    return { ...about(of), sqlAt };
  };
  const ofItsMoment = (of: Plan): FiringQuery => ({
    ...about(of),
    sql: planToSql(of, { dialect }).sql,
    moment: of.columns.length - 1,
  });
  return {
    shape,
    tables,
    decidesBy: new Map(tables.map((table) => [table, decidingColumns(plan, table)])),
    atMoment: rendered(plan),
    ...(ofEachRow === undefined ? {} : { eachRow: ofItsMoment(ofEachRow) }),
    overCandidates: rendered(split.plan),
    byIntervals: loose ? { reason: 'its results may name no row of the data' } : sweptQuery(rule, split),
    candidates: split.selections.map(({ name, table, plan: selection }) => ({
      name,
      table,
      source: `FROM main.${sqlName(table)}`,
      sql: planToSql(selection, { dialect }).sql,
    })),
    ...(members === undefined ? {} : { members }),
    emptyOverNothing: emptyOverNothing(new Standing().relation(plan.relation)),
  };
}

/** The plan with rows of its own in place of each table that no moment empties. */
class Standing extends Transformer {
  override relation(node: Relation): Relation {
    if (node.kind !== 'scan' || !isTimeless(node.table)) return super.relation(node);
    return { kind: 'values', columns: node.columns, rows: [[]] };
  }
}

/** The plan where the compiler cannot follow result rows back to rows of the data, so that they must be the evidence
 *  themselves. */
function untraced(rule: Rule, schema: Schema): Plan {
  const { plan, diagnostics } = compiled({ text: rule.query, schema });
  if (plan === undefined) throw queryError(rule, diagnostics);
  return plan;
}

/** The shape of a rule with this plan. */
function shapeOfRule({ schedule, trigger }: Rule, plan: Plan): Shape {
  if (!firesOnAny(trigger)) return { shape: 'general', reason: 'its trigger counts the results of a run' };
  return shapeOfQuery(plan, schedule ?? undefined);
}

/** The shape of a query, as if a rule without a threshold asked it. */
export function shapeOfQuery(plan: Plan, schedule?: Asked['schedule']): Shape {
  // Rows without a time belong to every moment, and to none of their own.
  if (tablesOf(plan).some(isTimeless)) return { shape: 'general', reason: 'it reads rows that have no time' };
  const evidence = (table: string): string | undefined => {
    const [column, ...others] = evidenceColumns(table);
    return others.length === 0 ? column : undefined;
  };
  return shapeOf(plan, { ...(schedule === undefined ? {} : { schedule }), evidence });
}

/** The query for all moments at once, with the columns of the finding key and those that alerts tell. */
function sweptQuery(rule: Rule, { plan, selections }: Split): SweptQuery | { readonly reason: string } {
  const { schedule, weir } = rule;
  if (schedule === null) return { reason: 'it runs once' };
  const lineage = plan.columns.at(-1);
  const names = plan.columns.map(({ name }) => name);
  const keys = weir.finding.key.map((key) => names.indexOf(key));
  const told = detailColumns(rule).map((column) => names.indexOf(column));
  const shown = [...new Set([...keys, ...told])]
    .flatMap((place) => plan.columns[place] ?? [])
    .filter((column) => column !== lineage);
  const timed = new Set(selections.filter(({ table }) => !isTimeless(table)).map(({ name }) => name));
  const swept = sweep(plan, shown, lineage, {
    ...schedule,
    enter: enterColumn,
    exit: exitColumn,
    step: 'detect_step_',
    timeless: (table) => !timed.has(table),
    complete: (table) => {
      const [column, ...others] = evidenceColumns(selections.find(({ name }) => name === table)?.table ?? '');
      return others.length === 0 ? column : undefined;
    },
  });
  if ('reason' in swept) return swept;
  return {
    steps: swept.steps.map(({ name, plan: made }) => ({ name, plan: new SweptPlan(made) })),
    plan: new SweptPlan(swept.plan),
    keys: keys.map((place) => shown.findIndex(({ id }) => id === plan.columns[place]?.id)),
    shown: shown.map(({ name, type }) => ({ name, type })),
    ids: swept.ids,
    groups: swept.groups.map(({ members, by }) => ({ members: new SweptPlan(members), by })),
  };
}

/** A key column that the result does not have is null in every finding. */
function membersQuery({ weir }: Rule, { plan }: Split): Members | undefined {
  const members = membersOf(plan);
  if (members === undefined) return undefined;
  const by = members.columns.slice(0, -1);
  const keys = plan.columns.filter(({ name }) => weir.finding.key.includes(name));
  const ofGroups = keys.every(({ id }) => by.some((value) => value.id === id));
  return ofGroups ? { sql: planToSql(members, { dialect }).sql, by: by.length } : undefined;
}

type Split = ReturnType<typeof candidatesOf>;

/** Does every row come from a row of the data that has an id? */
function namesRows(node: Relation): boolean {
  switch (node.kind) {
    case 'scan':
      return weirSchema.tables[node.table]?.some(({ name }) => name === 'EventId') === true;
    case 'values':
    case 'range':
      return false;
    case 'summarize':
      return node.groups.length > 0 && namesRows(node.input);
    case 'union':
      return node.inputs.every(({ input }) => namesRows(input));
    case 'join':
      switch (node.join) {
        case 'inner':
          return namesRows(node.left) || namesRows(node.right);
        case 'rightouter':
          return namesRows(node.right);
        case 'fullouter':
          return namesRows(node.left) && namesRows(node.right);
        default:
          return namesRows(node.left);
      }
    default:
      return namesRows(node.input);
  }
}

export function tablesOf(plan: Plan): string[] {
  const tables = new Set<string>();
  walk(plan.relation, (node) => {
    if (node.kind === 'scan') tables.add(node.table);
  });
  return [...tables];
}

/** The first mistake at its place in the rule's file. */
export function queryError(rule: Rule, diagnostics: readonly Diagnostic[]): UserError {
  const error = diagnostics.find(({ severity }) => severity === 'error');
  const at = error && rule.queryLines[error.line - 1];
  const place = error && at ? `${rule.path}:${at.line}:${at.column + error.column - 1}` : rule.path;
  const message = error ? `${error.message} (${error.code})` : 'the query does not compile';
  return new UserError('RULE_QUERY', place, message, error?.advice ?? 'Try it with `weir query`.');
}
