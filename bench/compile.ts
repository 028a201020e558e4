import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from '@weir/kql';
import { parse as parseYaml } from 'yaml';
import { analyze } from '../packages/kql/src/parse/microsoft.ts';
import { weirSchema } from '../packages/weir/src/tables/index.ts';
import { sharedPath } from '../tests/shared.ts';
import { line, type Measured, measure, median } from './measure.ts';

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Warm compile times, each as a ratio to Microsoft's parse and bind of the same text: Weir's rules, the published query
 *  of the mission, and the largest of the published queries that compile. */
export async function compileTimes(runs: number): Promise<string[]> {
  const measured: Measured[] = [];
  for (const { name, text } of [...ownRules(), ...published()]) {
    const comparison = {
      what: `compile, warm: ${name}, ${text.length} characters`,
      floor: "Microsoft's parse and bind",
      target: 1.5,
      ours: async () => compile(text, { schema: weirSchema, dialect: 'duckdb', now: 0n }),
      theirs: async () => analyze(text, weirSchema),
    };
    // Twice: what a first round makes the engine optimise, a second one measures.
    await measure(comparison, runs * 2);
    measured.push(await measure(comparison, runs * 4));
  }
  const middle = median(measured.map(({ oursMs }) => oursMs));
  const largest = Math.max(...measured.map(({ ratio }) => ratio));
  return [
    ...measured.map(line),
    `compile, warm: median ${middle.toFixed(1)} ms (target 20), largest ratio ${largest.toFixed(2)} x (target 1.5)`,
  ];
}

function ownRules(): readonly Text[] {
  const folder = fileURLToPath(new URL('../content/rules/', import.meta.url));
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      text: String(parseYaml(readFileSync(`${folder}${name}/rule.yaml`, 'utf8')).query),
    }));
}

function published(): readonly Text[] {
  const mission = sharedPath('mission', 't1567.kql');
  const queries = sharedPath('kql', 'published-queries.jsonl');
  const lines = queries === undefined ? [] : readFileSync(queries, 'utf8').trim().split('\n');
  const texts = lines.map((item) => JSON.parse(item) as { readonly id: string; readonly kql: string });
  const large = texts
    .sort((a, b) => b.kql.length - a.kql.length)
    .filter(({ kql }) => compile(kql, { schema: weirSchema, dialect: 'duckdb' }).sql !== undefined)
    .slice(0, 3)
    .map(({ id, kql }) => ({ name: `published ${id}`, text: kql }));
  return [
    ...(mission === undefined ? [] : [{ name: 'published T1567', text: readFileSync(mission, 'utf8') }]),
    ...large,
  ];
}
