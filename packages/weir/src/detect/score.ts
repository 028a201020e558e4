import type { Severity } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import { findingColumns, severityOf } from '../rules/finding.ts';
import { letsFor } from '../rules/lets.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import { askCompany, companyColumns, companyTable } from './companyColumns.ts';
import { compiled, type DetectionQuery } from './compiled.ts';
import { who, withFacets } from './facets.ts';
import { oncePerRule } from './oncePerRule.ts';
import type { Stories } from './stories.ts';

export interface Scored {
  /** 0 to 100. */
  readonly score: number;
  readonly severity: Severity;
  /** Why the score is what it is, in the order of the rule's terms. */
  readonly reasons: readonly string[];
}

/** The stories as the table that conditions are asked of; the columns are those of `findingColumns`, and the story's
 *  number. What the company's days say is looked up where a condition asks for it. */
export async function findingTable(
  { table, company: lookUp }: Stories,
  conditions: readonly string[] | 'whatever a condition may ask',
): Promise<string> {
  const ask = typeof conditions === 'string' || askCompany(conditions);
  if (ask) await lookUp();
  const company = companyColumns(ask, table);
  return `
  SELECT story AS "Story", array_to_string(key, chr(10)) AS "Key",
    device AS "DeviceName", account AS "AccountName", process AS "Process", original_name AS "OriginalName",
    folder AS "FolderPath", company AS "Company", program AS "Program", program_kind AS "ProgramKind",
    program_place AS "ProgramPlace", renamed AS "ProgramRenamed", expected AS "ExpectedClient", command_lines AS "CommandLines", parent AS "ParentProcess",
    service AS "Service", category AS "ServiceCategory", sub_technique AS "SubTechnique", host AS "RemoteHost",
    sent AS "BytesSent", received AS "BytesReceived", known AS "BytesKnown", connections AS "Connections",
    first_seen AS "FirstSeen", last_seen AS "LastSeen", (last_seen - first_seen) / 1e7 AS "DurationSeconds",
    addresses AS "RemoteIPs", confidence::DOUBLE AS "FusionConfidence", sent / nullif(known, 0) AS "BytesPerConnection",
    ${company.columns}
  FROM temp.${table} ${company.join}`;
}

const schema = {
  tables: { ...weirSchema.tables, Finding: [{ name: 'Story', type: 'long' as const }, ...findingColumns] },
};

/** Scores a rule's stories (`detect_stories`), all at once: base plus the points of every term that holds, kept within
 *  0 and 100; of a story whose rows differ in who sent, the most that the whole or a facet of it comes to. By story number.
 *  @throws UserError as `scoreQuery` does */
export async function scoresOf(stories: Stories, rule: Rule): Promise<ReadonlyMap<number, Scored>> {
  const { base, add } = rule.weir.score;
  const query = scoreQuery(rule);
  const conditions = add.map(({ when }) => when);
  const points = add.map(({ points: each }, index) => `CASE WHEN "Holds${index}" THEN ${each} ELSE 0 END`);
  const { rows, said, learning } = await withFacets(stories, { conditions, among: who }, async (all) => {
    const finding = await findingTable(all, conditions);
    // Of equal ones the whole, then the facet whose rows say most.
    const rows = await stories.engine.table(`
      WITH "Finding" AS (${finding}), held AS (${query})
      SELECT told.whole, held."Story", bool_or(${all.cut}) OVER (PARTITION BY told.whole), held.* EXCLUDE ("Story")
      FROM held JOIN temp.${all.table} AS told ON told.story = held."Story"
      QUALIFY row_number() OVER (PARTITION BY told.whole ORDER BY ${['0', ...points].join(' + ')} DESC, told.story) = 1`);
    const worst = rows.flatMap(([whole, story]) => (story === whole ? [] : [story as bigint]));
    const said = worst.length === 0 ? new Map<number, string>() : await differences(stories, all, worst);
    const learning = askCompany(conditions) ? await stillLearning(all) : new Map<number, number>();
    return { rows, said, learning };
  });
  return new Map(
    rows.map(([number, , cut, ...holds]) => {
      const story = Number(number);
      const terms = add.filter((_, index) => holds[index] === true);
      const sum = terms.reduce((total, { points: each }) => total + each, base);
      const score = Math.min(100, Math.max(0, sum));
      const own = add.length === 0 ? "the rule's own severity" : 'base of the rule';
      const reasons = [
        `${own} (${base})`,
        ...terms.map(({ because, points: each }) => `${because} (${each < 0 ? '−' : '+'}${Math.abs(each)})`),
      ];
      if (sum > 100) reasons.push(`capped at 100, of ${sum}`);
      const differs = said.get(story);
      if (differs !== undefined)
        reasons.push(`scored by those of its rows that differ from the one it is told by: ${differs}`);
      if (cut === true) reasons.push('its rows differ in more ways than are looked at: scored by those that say most');
      const days = learning.get(story);
      if (days !== undefined) reasons.push(learningInWords(days));
      return [story, { score, severity: severityOf(score, rule.severity), reasons }];
    }),
  );
}

/** What some facets are, in words: program, folder and account, and what else differs from what the story is told by. By the
 *  story's number. */
async function differences(
  { engine, table, members }: Stories,
  all: Stories,
  facets: readonly bigint[],
): Promise<ReadonlyMap<number, string>> {
  const said = (column: string) => `coalesce(nullif(row.${column}, ''), stories.${column})`;
  const known = [
    ['process', 'program'],
    ['folder', 'folder'],
    ['account', 'account'],
  ].map(([column = '', word]) => `'${word} ' || left(nullif(${said(column)}, ''), 200)`);
  const other = [
    ['device', 'on'],
    ['parent', 'started by'],
    ['command_line', 'command line'],
  ].map(
    ([column = '', word]) =>
      `CASE WHEN ${said(column)} <> stories.${column} THEN '${word} ' || left(${said(column)}, 200) END`,
  );
  const rows = await engine.table(`
    SELECT facets.whole, coalesce(nullif(concat_ws(', ', ${[...known, ...other].join(', ')}), ''), 'another program')
    FROM temp.${all.table} AS facets JOIN temp.${table} AS stories ON stories.story = facets.whole
      JOIN temp.${members} AS row ON row.story = facets.whole AND row.rank = facets.rank
    WHERE facets.story IN (${facets.join(', ')})`);
  return new Map(rows.map(([story, text]) => [Number(story), String(text)]));
}

/** Fewer days before a finding tell nothing of what is new or usual. */
const learnedDays = 7;

/** How many days before them are known, of the stories that have fewer than it takes. */
async function stillLearning({ engine, table }: Stories): Promise<ReadonlyMap<number, number>> {
  const rows = await engine.rows<{ story: bigint; days: bigint }>(
    `SELECT story, history_days AS days FROM temp.${companyTable(table)} WHERE history_days < ${learnedDays}`,
  );
  return new Map(rows.map(({ story, days }) => [Number(story), Number(days)]));
}

function learningInWords(days: number): string {
  const known = days === 1 ? '1 day' : `${days === 0 ? 'no' : days} days`;
  return `learning: ${known} before it, and what is new or usual here shows after ${learnedDays}`;
}

/** One query for all terms: the let statements of the rule's query that they name, and `Finding | project Story, …`. A term
 *  stands on lines of its own, so that a comment in it ends there; `iff` takes nothing but a condition, and a null as not
 *  so. With it, where each term ends. */
export function scoreText(rule: Rule): DetectionQuery & { readonly ends: readonly number[] } {
  const ends: number[] = [];
  const conditions = rule.weir.score.add.map(({ when }) => when).join('\n');
  let text = `${letsFor(rule.query, conditions)}\nFinding\n| project Story`;
  rule.weir.score.add.forEach(({ when }, index) => {
    text += `,\nHolds${index} = iff(\n${when}\n, true, false)`;
    ends.push(text.length);
  });
  return { text, schema, ends };
}

/** SQL of `scoreText`.
 *  @throws UserError `RULE_INVALID` at the term that does not compile */
export const scoreQuery = oncePerRule((rule): string => {
  const { ends, ...query } = scoreText(rule);
  const { sql, columns, diagnostics, parameters } = compiled(query);
  if (parameters.length > 0) {
    const message =
      'weir.score: now() is no fact of a finding: the same finding would score differently at each reading';
    throw new UserError('RULE_INVALID', rule.path, message, 'Compare FirstSeen and LastSeen with each other.');
  }
  if (sql !== undefined && columns.length === ends.length + 1) return sql;
  const error = diagnostics.find(({ severity }) => severity === 'error');
  const index = ends.findIndex((end) => error === undefined || error.start < end);
  const term = rule.weir.score.add[index];
  throw new UserError(
    'RULE_INVALID',
    term === undefined ? rule.path : `${rule.path}:${term.at.line}:${term.at.column}`,
    `weir.score: ${error?.message ?? 'a term is not one condition'}`,
    `Write a condition over ${findingColumns.map(({ name }) => name).join(', ')}.`,
  );
});
