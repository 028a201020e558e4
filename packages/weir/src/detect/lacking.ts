import type { Schema } from '@weir/kql/types';
import type { InputReport } from '../model/input.ts';
import type { LackingInput } from '../model/scanResult.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { type RuleQuery, ruleQuery } from './ruleQuery.ts';

/** What fusion makes of a column that an endpoint tells. */
const madeOf: Readonly<Record<string, readonly string[]>> = {
  RemoteUrl: ['RemoteHost', 'RegistrableDomain', 'Service', 'ServiceCategory', 'ServiceCategories', 'SubTechnique'],
  InitiatingProcessFileName: ['Program', 'ProgramKind', 'ExpectedClient'],
  InitiatingProcessFolderPath: ['ProgramPlace'],
  InitiatingProcessVersionInfoOriginalFileName: ['ProgramRenamed'],
  InitiatingProcessAccountName: ['AccountName'],
};

/** What fusion tells of every address itself. */
const reckoned = new Set(['LocalIPType', 'RemoteIPType']);

/** The columns that inputs have not and by which rules decide, or by what is made of them. Rules that do not compile are
 *  told elsewhere. */
export function lackingOf(inputs: readonly InputReport[], rules: readonly Rule[], schema: Schema): LackingInput[] {
  const queries = rules.flatMap((rule) => {
    const query = compiled(rule, schema);
    return query === undefined ? [] : [{ name: rule.name, decidesBy: query.decidesBy }];
  });
  return inputs.flatMap(({ path, rows, lacks = [] }) =>
    (rows === 0 ? [] : lacks).flatMap(({ table, columns }) => {
      const decidesBy = (column: string, query: (typeof queries)[number]): boolean =>
        [column, ...(madeOf[column] ?? [])].some((name) => query.decidesBy.get(table)?.has(name));
      const looked = columns.filter(
        (column) => !reckoned.has(column) && queries.some((query) => decidesBy(column, query)),
      );
      const named = queries
        .filter((query) => looked.some((column) => decidesBy(column, query)))
        .map(({ name }) => name);
      return looked.length === 0 ? [] : [{ path, table, columns: looked, rules: named }];
    }),
  );
}

function compiled(rule: Rule, schema: Schema): RuleQuery | undefined {
  try {
    return ruleQuery(rule, schema);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
