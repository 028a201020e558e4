import {
  candidatesOf,
  compile,
  type Diagnostic,
  emptyOverNothing,
  nowOfEachRow,
  type Plan,
  planToSql,
  Refusal,
  type Selection,
  type Shape,
  shapeOf,
  walk,
  withLineage,
} from '@weir/kql';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import type { FiringQuery } from './evidence.ts';
import type { Candidates, MomentQuery } from './runs.ts';
import { evidenceColumns, momentColumn } from './window.ts';

/** A rule's query, compiled for every way in which it can be run. */
export interface RuleQuery {
  readonly shape: Shape;
  /** The tables that it reads. */
  readonly tables: readonly string[];
  /** Over the tables, at a given moment. */
  readonly atMoment: MomentQuery;
  /** `now()` read from each row; absent where rows do not decide alone. */
  readonly eachRow?: FiringQuery;
  /** Over candidates in place of the tables, and what those are. */
  readonly overCandidates: MomentQuery;
  readonly candidates: readonly Candidates[];
  /** No rows to look at, no result. */
  readonly emptyOverNothing: boolean;
}

const dialect = 'duckdb';

/** Compiles a rule's query against Weir's tables.
 *  @throws UserError `RULE_QUERY` at the first place of the file that does not compile */
export function ruleQuery(rule: Rule): RuleQuery {
  const { plan: asked, diagnostics } = compile(rule.query, { schema: weirSchema, dialect });
  if (asked === undefined) throw queryError(rule, diagnostics);
  const traced = tracedPlan(asked);
  const plan = traced ?? asked;
  const shape = shapeOf(asked);
  const ofEachRow = shape.shape === 'row-wise' ? nowOfEachRow(plan, momentColumn) : undefined;
  const split = candidatesOf(plan);
  const rendered = (of: Plan): MomentQuery => {
    const { sql, parameters } = planToSql(of, { dialect });
    const columns = of.columns.map(({ name }) => name);
    return { sql, columns, lineage: traced && columns.length - 1, readsNow: parameters.includes('now') };
  };
  return {
    shape,
    tables: tablesOf(plan),
    atMoment: rendered(plan),
    ...(ofEachRow === undefined ? {} : { eachRow: rendered(ofEachRow) }),
    overCandidates: rendered(split.plan),
    candidates: split.selections.map(candidatesFrom),
    emptyOverNothing: emptyOverNothing(plan.relation),
  };
}

/** The plan with the evidence of each result row; undefined where the compiler cannot follow it back to rows, and the
 *  result rows themselves must be the evidence. */
function tracedPlan(plan: Plan): Plan | undefined {
  try {
    const traced = withLineage(plan, 'EventId');
    planToSql(traced, { dialect });
    return traced;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A selection as SQL, with the columns of its table's evidence time whether the query reads them or not. */
function candidatesFrom({ name, table, plan }: Selection): Candidates {
  const columns = [...plan.columns];
  walk(plan.relation, (node) => {
    if (node.kind !== 'scan') return;
    for (const { id, source, type } of node.columns) {
      const wanted = evidenceColumns(table).includes(source) && !columns.some((column) => column.name === source);
      if (wanted) columns.push({ id, name: source, type });
    }
  });
  return { name, table, sql: planToSql({ relation: plan.relation, columns }, { dialect }).sql };
}

function tablesOf(plan: Plan): string[] {
  const tables = new Set<string>();
  walk(plan.relation, (node) => {
    if (node.kind === 'scan') tables.add(node.table);
  });
  return [...tables];
}

function queryError(rule: Rule, diagnostics: readonly Diagnostic[]): UserError {
  const error = diagnostics.find(({ severity }) => severity === 'error');
  const at = error && rule.queryLines[error.line - 1];
  const place = error && at ? `${rule.path}:${at.line}:${at.column + error.column - 1}` : rule.path;
  const message = error ? `${error.message} (${error.code})` : 'the query does not compile';
  return new UserError('RULE_QUERY', place, message, error?.advice ?? 'Try it with `weir query`.');
}
