import {
  compile,
  defenderSchema,
  type HostKnowledge,
  type LintDiagnostic,
  lint,
  type Product,
  sentinelSchema,
} from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import { UserError } from '../model/userError.ts';
import { readRule } from '../rules/readRule.ts';
import { sentinelProblems } from '../rules/sentinelChecks.ts';
import { weirSchema } from '../tables/index.ts';
import type { Position } from '../yaml/yamlDocument.ts';
import { productOf } from './productOf.ts';
import { type Detection, problemOf, readDetection } from './readDetection.ts';

/** A diagnostic at its place in the file, which for a rule is not its place in the query. */
export interface FileDiagnostic extends Position {
  readonly code: string;
  readonly severity: LintDiagnostic['severity'];
  readonly message: string;
  readonly fix: string;
  /** How many characters it is about; 0 where it is about a part of the rule's file. */
  readonly length: number;
}

export interface LintedFile {
  readonly path: string;
  readonly text: string;
  readonly product: Product;
  readonly diagnostics: readonly FileDiagnostic[];
  /** YAML that is no rule. */
  readonly isOther: boolean;
}

const schemas = { defender: defenderSchema, sentinel: sentinelSchema };

/** What is wrong with a detection: a query alone (`.kql`, or what begins like no YAML) or a rule in Sentinel's format.
 *  `product` is where it is to run; without it the detection itself says. `own` is what Weir's queries may name where that
 *  is more than its tables. */
export function lintFile(
  path: string,
  text: string,
  {
    product,
    hosts,
    own = weirSchema,
  }: { readonly product?: Product; readonly hosts: HostKnowledge; readonly own?: Schema },
): LintedFile {
  const detection = readDetection(path, text);
  const where = product ?? productOf(detection);
  if (detection.kind === 'unreadable') {
    const diagnostics = [{ ...detection.problem, severity: 'error', length: 0 }] as const;
    return { path, text, product: where, diagnostics, isOther: detection.isOther };
  }
  const also = product === undefined && detection.kind === 'query' && where === 'defender' ? 'sentinel' : undefined;
  const found = lint(detection.query, {
    product: where,
    schemas: { ...schemas, weir: own },
    hosts,
    ...(also === undefined ? {} : { also }),
    ...(detection.kind === 'rule' ? { rule: detection.facts } : {}),
  });
  const refused =
    where === 'weir' && found.every(({ code }) => code.startsWith('WL')) ? refusals(detection.query, own) : [];
  const misfit = where === 'weir' && detection.kind === 'rule' ? misfits(path, text) : [];
  const checked = where === 'sentinel' && detection.kind === 'rule' ? sentinelDiagnostics(detection) : [];
  const diagnostics = [...misfit, ...checked, ...[...found, ...refused].map((item) => inFile(item, detection))].sort(
    byPlace,
  );
  return { path, text, product: where, diagnostics, isOther: false };
}

/** Why Weir would not load the rule's file. A period within the frequency is a rule of lint's own. */
function misfits(path: string, text: string): readonly FileDiagnostic[] {
  try {
    readRule(path, text);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problem = problemOf(error);
    return problem.message.startsWith('queryPeriod is shorter') ? [] : [{ ...problem, severity: 'error', length: 0 }];
  }
}

/** What Sentinel would refuse of the file beside its query. */
function sentinelDiagnostics(rule: Extract<Detection, { kind: 'rule' }>): readonly FileDiagnostic[] {
  return sentinelProblems(rule.value).map(({ place, message, fix }) => ({
    code: 'RULE_SENTINEL',
    severity: 'error',
    message,
    fix,
    ...rule.position(place),
    length: 0,
  }));
}

/** What Weir's compiler refuses of a query that Kusto takes. */
function refusals(query: string, schema: Schema): readonly LintDiagnostic[] {
  return compile(query, { schema, dialect: 'duckdb' })
    .diagnostics.filter(({ code }) => code.startsWith('WK'))
    .map(({ advice, ...item }) => ({ ...item, fix: advice ?? 'Write it another way: Weir does not run it.' }));
}

function inFile(item: LintDiagnostic, detection: Extract<Detection, { kind: 'query' | 'rule' }>): FileDiagnostic {
  const { code, severity, message, fix, line, column, length, place } = item;
  const at =
    place !== undefined && detection.kind === 'rule'
      ? detection.position(place)
      : moved({ line, column }, detection.lines);
  return { code, severity, message, fix, ...at, length: place === undefined ? length : 0 };
}

/** A place of the query, in the file. */
function moved({ line, column }: Position, lines: readonly Position[]): Position {
  const start = lines[line - 1];
  return start === undefined ? { line, column } : { line: start.line, column: start.column + column - 1 };
}

function byPlace(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
