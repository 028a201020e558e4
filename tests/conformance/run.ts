import { parseArgs } from 'node:util';
import { sharedPath } from '../shared.ts';
import { type Case, readCases, readQueries, readRejects } from './cases.ts';
import { check, type Verdict } from './check.ts';
import { openEngine } from './engine.ts';
import { compileAll } from './published.ts';

// npm run conformance -- [--json] [--wrong] [--refused] [--cases FILE]... [--queries FILE]... [--id TEXT]

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    wrong: { type: 'boolean' },
    refused: { type: 'boolean' },
    cases: { type: 'string', multiple: true },
    queries: { type: 'string', multiple: true },
    id: { type: 'string' },
  },
});

const found = (names: readonly string[]): readonly string[] => names.flatMap((name) => sharedPath('kql', name) ?? []);
const given = values.cases !== undefined || values.queries !== undefined;
const caseFiles = values.cases ?? (given ? [] : found(['emulator-docs.jsonl', 'emulator-fuzz.jsonl']));
const queryFiles = values.queries ?? (given ? [] : found(['published-queries.jsonl']));
const rejectFiles = given ? [] : found(['emulator-fuzz-rejects.jsonl']);

const engine = await openEngine();
const judged: { readonly item: Case; readonly verdict: Verdict }[] = [];
for (const file of caseFiles) {
  for (const item of readCases(file)) {
    if (values.id !== undefined && !item.id.includes(values.id)) continue;
    judged.push({ item, verdict: await check(item, engine) });
  }
}
const of = (outcome: Verdict['outcome']) => judged.filter(({ verdict }) => verdict.outcome === outcome);
const rejects = await compileAll(
  rejectFiles.flatMap((file) => readRejects(file)),
  engine,
);
const published = await compileAll(
  queryFiles.flatMap((file) => readQueries(file)),
  engine,
);

const summary = {
  cases: {
    correct: of('correct').length,
    refused: of('refused').length,
    wrong: of('wrong').length,
    skipped: of('skipped').length,
  },
  rejects: { refused: rejects.refused.length, accepted: rejects.compiled.length },
  published: published.summary,
};

if (values.json) {
  const list = (outcome: Verdict['outcome']) => of(outcome).map(({ item, verdict }) => ({ id: item.id, ...verdict }));
  console.log(
    JSON.stringify(
      { ...summary, wrong: list('wrong'), refused: list('refused'), publishedRefused: published.refused },
      null,
      1,
    ),
  );
} else {
  console.log(summary);
  for (const { item, verdict } of of('wrong')) {
    if (!values.wrong || verdict.outcome !== 'wrong') continue;
    console.log(`\n--- wrong ${item.id}\n${item.kql}\n    ${verdict.why}\n${verdict.sql}`);
  }
  if (values.refused) {
    for (const { item, verdict } of of('refused')) {
      if (verdict.outcome === 'refused')
        console.log(`refused ${item.id} ${verdict.code} ${verdict.why.split('\n')[0]}`);
    }
    for (const item of published.refused) console.log(`refused ${item.id} ${item.code} ${item.why.split('\n')[0]}`);
    for (const item of rejects.compiled) console.log(`accepted ${item.id} ${item.kql}`);
  }
}
process.exitCode = summary.cases.wrong > 0 ? 1 : 0;
