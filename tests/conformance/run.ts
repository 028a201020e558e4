import { parseArgs } from 'node:util';
import { openEngine } from '../../packages/kql/src/duckdb.fixture.ts';
import { sharedPath } from '../shared.ts';
import { type Case, readCases, readQueries, readRejects } from './cases.ts';
import { check, type Verdict } from './check.ts';
import { compileAll } from './published.ts';
import { closing, type Result, shareOf } from './report.ts';
import { publishedSchemas } from './schemas.ts';

// npm run conformance -- [--list wrong|refused|failed]... [--id TEXT]
// Exit 1 on a wrong answer, a crash, an engine error, a share of published queries below the goal, or no cases at all.

const { values } = parseArgs({
  options: { list: { type: 'string', multiple: true }, id: { type: 'string' } },
});
const wanted = ({ id }: { readonly id: string }) => values.id === undefined || id.includes(values.id);
const found = (name: string): readonly string[] => [sharedPath('kql', name) ?? []].flat();

const engine = await openEngine();
const judged: { readonly item: Case; readonly verdict: Verdict }[] = [];
for (const file of ['emulator-docs.jsonl', 'emulator-fuzz.jsonl'].flatMap(found)) {
  for (const item of readCases(file).filter(wanted)) judged.push({ item, verdict: await check(item, engine) });
}
const schemas = publishedSchemas();
const rejects = found('emulator-fuzz-rejects.jsonl').flatMap(readRejects).filter(wanted);
const queries = found('published-queries.jsonl').flatMap(readQueries).filter(wanted);
const result: Result = {
  judged,
  rejects: await compileAll(rejects, [{ tables: {} }], engine),
  published: await compileAll(queries, schemas, engine),
};

const listed = (outcome: string) => values.list?.includes(outcome) === true;
for (const { item, verdict } of judged) {
  if (!listed(verdict.outcome) || !('why' in verdict)) continue;
  const sql = 'sql' in verdict ? `\n${verdict.sql}` : '';
  console.log(`--- ${verdict.outcome} ${item.id}\n${item.kql}\n    ${verdict.why}${sql}\n`);
}
for (const { query, outcome, code, why } of [...result.rejects, ...result.published]) {
  if (listed(outcome)) console.log(`${outcome} ${query.id} ${code} ${why}`);
}

console.log(closing(result).join('\n'));
const broken =
  judged.some(({ verdict }) => verdict.outcome === 'wrong' || verdict.outcome === 'failed') ||
  [...result.rejects, ...result.published].some(({ outcome }) => outcome === 'failed');
const goalMissed = values.id === undefined && !shareOf(result.published).reached;
process.exitCode = broken || judged.length === 0 || goalMissed ? 1 : 0;
