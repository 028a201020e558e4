import { compile, type Diagnostic, emptyOverNothing, type Plan, walk } from '@weir/kql';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import type { FiringQuery } from './evidence.ts';
import type { MomentQuery, ScannedTable } from './runs.ts';
import { momentColumn } from './window.ts';

/** A rule's query, compiled for every way in which it can be run. */
export interface RuleQuery {
  readonly shape: { readonly shape: 'row-wise' | 'general'; readonly reason: string };
  readonly atMoment: MomentQuery;
  /** `now()` read from each row; absent where rows do not decide alone. */
  readonly eachRow?: FiringQuery;
  readonly scans: readonly ScannedTable[];
  /** The names of the tables. */
  readonly tables: readonly string[];
  /** No rows to look at, no result. */
  readonly emptyOverNothing: boolean;
}

/** Compiles a rule's query against Weir's tables.
 *  @throws UserError `RULE_QUERY` at the first place of the file that does not compile */
export function ruleQuery(rule: Rule): RuleQuery {
  const { plan, sql, columns, diagnostics, parameters } = compile(rule.query, {
    schema: weirSchema,
    dialect: 'duckdb',
  });
  if (plan === undefined || sql === undefined) throw queryError(rule, diagnostics);
  const tables = tablesOf(plan);
  return {
    shape: { shape: 'general', reason: 'run as it stands' },
    atMoment: { sql, columns: columns.map(({ name }) => name), lineage: null, readsNow: parameters.includes('now') },
    scans: tables.map((name) => ({ name, candidate: 'true', columns: null })),
    tables,
    emptyOverNothing: emptyOverNothing(plan.relation),
  };
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
