import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../src/duckdb.fixture.ts';
import { typeNames } from '../src/sql/duckdb/constant.ts';
import { identifier } from '../src/sql/quote.ts';
import { answer, schema } from './answer.ts';
import { type GoldenCase, readGolden, writeGolden } from './cases.ts';

// GOLDEN=record npm run golden
// fills in what a case does not have yet: its rows or error, and a section that stands there empty. Read it before you
// commit it.
const recording = process.env.GOLDEN === 'record';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.kqlt'));
const engine = await openEngine();
for (const [table, columns] of Object.entries(schema.tables)) {
  const list = columns.map(({ name, type }) => `${identifier(name)} ${typeNames[type]}`);
  await engine.run(`CREATE TABLE ${identifier(table)} (${list.join(', ')})`);
}

it('has golden files', () => {
  expect(files.length).toBeGreaterThan(0);
});

describe.each(files)('%s', (name) => {
  const url = new URL(name, folder);
  const file = readGolden(readFileSync(url, 'utf8'));

  if (recording) {
    it('records what is missing', async () => {
      const cases: GoldenCase[] = [];
      for (const item of file.cases) cases.push(await filled(item));
      writeFileSync(url, writeGolden({ ...file, cases }));
    });
    return;
  }

  it.each(file.cases)('$name', async ({ sections }) => {
    const answered = await answer(sections.get('query') ?? '', engine);
    const given = [...sections].filter(([section]) => section !== 'query');
    expect(
      given.some(([section]) => section === 'rows' || section === 'error'),
      'record the answer, and read it',
    ).toBe(true);
    expect(Object.fromEntries(given)).toEqual(
      Object.fromEntries(given.map(([section]) => [section, answered.get(section) ?? 'nothing'])),
    );
  });
});

async function filled(item: GoldenCase): Promise<GoldenCase> {
  const answered = await answer(item.sections.get('query') ?? '', engine);
  const outcome = answered.has('error') ? 'error' : 'rows';
  const sections = new Map(item.sections);
  for (const section of [outcome, ...item.sections.keys()] as const) {
    if (section !== 'query' && (sections.get(section) ?? '') === '') sections.set(section, answered.get(section) ?? '');
  }
  return { ...item, sections };
}
