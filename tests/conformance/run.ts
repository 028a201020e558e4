import { openEngine } from '../../packages/kql/src/duckdb.fixture.ts';
import { sharedPath } from '../shared.ts';
import { readArguments } from './arguments.ts';
import { type Case, readCases, readQueries, readRejects } from './cases.ts';
import { check, Query, type Verdict } from './check.ts';
import { ClickHouse, chdbFolder } from './clickhouse.ts';
import { DuckDB, type Engine } from './engine.ts';
import { goldenThrough } from './golden.ts';
import { compileAll } from './published.ts';
import { closing, isBroken, type Result, shareOf, summary } from './report.ts';
import { publishedSchemas } from './schemas.ts';

// npm run conformance -- [--id TEXT] [--list OUTCOME]... [--json] [--cases FILE...] [--queries FILE...]
// Exit 1 on a wrong answer, a crash, an engine error, a share of published queries below the goal, or no cases at all.

const asked = readArguments(process.argv.slice(2));
const wanted = ({ id }: { readonly id: string }) => asked.id === undefined || id.includes(asked.id);
const shared = (...names: readonly string[]) => names.flatMap((name) => sharedPath('kql', name) ?? []);
const caseFiles =
  asked.files?.cases ?? shared('emulator-docs.jsonl', 'emulator-fuzz.jsonl', 'emulator-fuzz-rejects.jsonl');
const queryFiles = asked.files?.queries ?? shared('published-queries.jsonl');

const engines: Engine[] = [new DuckDB(await openEngine())];
const folder = chdbFolder((line) => console.error(line));
if (folder !== undefined) engines.push(new ClickHouse(folder));

const cases = caseFiles.flatMap(readCases).filter(wanted);
const judged = engines.map((): { readonly item: Case; readonly verdict: Verdict }[] => []);
for (const item of cases) {
  const query = new Query(item.kql, { tables: {} });
  for (const [index, engine] of engines.entries())
    judged[index]?.push({ item, verdict: await check(item, query, engine) });
}
const rejects = await compileAll(caseFiles.flatMap(readRejects).filter(wanted), [{ tables: {} }], engines);
const published = await compileAll(queryFiles.flatMap(readQueries).filter(wanted), publishedSchemas(), engines);
const results: Result[] = [];
for (const [index, engine] of engines.entries()) {
  const golden = engine.dialect === 'duckdb' || asked.files !== undefined ? [] : await goldenThrough(engine);
  results.push({
    dialect: engine.dialect,
    judged: judged[index] ?? [],
    rejects: rejects[index] ?? [],
    published: published[index] ?? [],
    golden: golden.filter(wanted),
  });
  engine.close();
}

const say = asked.json ? console.error : console.log;
const listed = (outcome: string) => asked.list.includes(outcome);
for (const { dialect, judged, rejects, published, golden } of results) {
  for (const { item, verdict } of judged) {
    if (!listed(verdict.outcome) || !('why' in verdict)) continue;
    const sql = 'sql' in verdict ? `\n${verdict.sql}` : '';
    say(`--- ${dialect} ${verdict.outcome} ${item.id}\n${item.kql}\n    ${verdict.why}${sql}\n`);
  }
  for (const { query, outcome, code, why } of [...rejects, ...published]) {
    if (listed(outcome)) say(`${dialect} ${outcome} ${query.id} ${code} ${why}`);
  }
  for (const { id, kql, outcome, why } of golden) {
    if (listed(outcome)) say(`--- ${dialect} golden ${outcome} ${id}\n${kql}\n${why}\n`);
  }
}

if (asked.json)
  console.log(JSON.stringify(Object.fromEntries(results.map((result) => [result.dialect, summary(result)]))));
else console.log(results.map((result) => closing(result).join('\n')).join('\n\n'));
const whole = asked.id === undefined && asked.files === undefined;
const goalMissed = whole && results.some(({ published }) => !shareOf(published).reached);
const nothing = results.every(
  ({ judged, rejects, published }) => judged.length + rejects.length + published.length === 0,
);
process.exitCode = results.some(isBroken) || nothing || goalMissed ? 1 : 0;
