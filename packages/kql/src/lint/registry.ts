import type { Rule } from './rule.ts';
import { badRegex } from './rules/bad-regex.ts';
import { caseNever } from './rules/case-never.ts';
import { constantAggregate } from './rules/constant-aggregate.ts';
import { contradiction } from './rules/contradiction.ts';
import { coveredNeedle } from './rules/covered-needle.ts';
import { coversEverything } from './rules/covers-everything.ts';
import { fragmentNeedle } from './rules/fragment-needle.ts';
import { hostBoundary } from './rules/host-boundary.ts';
import { literalWildcard } from './rules/literal-wildcard.ts';
import { mixedAndOr } from './rules/mixed-and-or.ts';
import { needleEdges } from './rules/needle-edges.ts';
import { redundantPredicate } from './rules/redundant-predicate.ts';
import { timeColumn } from './rules/time-column.ts';
import { unionTypes } from './rules/union-types.ts';
import { unknownColumn } from './rules/unknown-column.ts';
import { unknownTable } from './rules/unknown-table.ts';
import { unreachableArm } from './rules/unreachable-arm.ts';
import { wantedColumns } from './rules/wanted-columns.ts';

export interface Group {
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** Every rule, by group; the first digit of a code is its group's. */
export const groups: readonly Group[] = [
  { title: 'Names and types', rules: [unknownColumn, timeColumn, unknownTable, unionTypes, wantedColumns] },
  {
    title: 'Text',
    rules: [fragmentNeedle, needleEdges, coveredNeedle, hostBoundary, caseNever, literalWildcard, badRegex],
  },
  {
    title: 'Logic',
    rules: [contradiction, redundantPredicate, coversEverything, unreachableArm, mixedAndOr, constantAggregate],
  },
];

export const rules: readonly Rule[] = groups.flatMap((group) => group.rules);
