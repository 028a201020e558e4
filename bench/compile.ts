import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from '@weir/kql';
import { parse as parseYaml } from 'yaml';
import { analyze } from '../packages/kql/src/parse/microsoft.ts';
import { weirSchema } from '../packages/weir/src/tables/index.ts';
import { sharedPath } from '../tests/shared.ts';
import { type Comparison, line, type Measured, measure, median } from './measure.ts';

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Warm compile times, each as a ratio to Microsoft's parse and bind of the same text: Weir's rules, the published query
 *  of the mission and the largest of the published queries one by one, and the median of all published ones, or of each
 *  `every`th. */
export async function compileTimes(every: number, runs: number): Promise<string[]> {
  const { large, all } = published(every);
  const measured: Measured[] = [];
  for (const text of [...ownRules(), ...large]) {
    // Twice: what a first round makes the engine optimise, a second one measures.
    await measure(comparison(text), runs * 2);
    measured.push(await measure(comparison(text), runs * 4));
  }
  const many: Measured[] = [];
  for (const text of all) many.push(await measure(comparison(text), 1));
  const largest = Math.max(...measured.map(({ ratio }) => ratio));
  const [ours, theirs] = [median(many.map(({ oursMs }) => oursMs)), median(many.map(({ floorMs }) => floorMs))];
  return [
    ...measured.map(line),
    `compile, warm: largest ratio of these ${largest.toFixed(2)} x (target 1.5)`,
    `compile, warm: median of ${many.length} published queries ${ours.toFixed(1)} ms (target 20), of Microsoft's parse and bind alone ${theirs.toFixed(1)} ms`,
  ];
}

function comparison({ name, text }: Text): Comparison {
  return {
    what: `compile, warm: ${name}, ${text.length} characters`,
    floor: "Microsoft's parse and bind",
    target: 1.5,
    ours: async () => compile(text, { schema: weirSchema, dialect: 'duckdb', now: 0n }),
    theirs: async () => analyze(text, weirSchema),
  };
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

function published(every: number): { readonly large: readonly Text[]; readonly all: readonly Text[] } {
  const mission = sharedPath('mission', 't1567.kql');
  const queries = sharedPath('kql', 'published-queries.jsonl');
  const lines = queries === undefined ? [] : readFileSync(queries, 'utf8').trim().split('\n');
  const all = lines
    .map((item) => JSON.parse(item) as { readonly id: string; readonly kql: string })
    .sort((a, b) => b.kql.length - a.kql.length)
    .filter((_, at) => at % every === 0)
    .filter(({ kql }) => compile(kql, { schema: weirSchema, dialect: 'duckdb' }).sql !== undefined)
    .map(({ id, kql }) => ({ name: `published ${id}`, text: kql }));
  return {
    large: [
      ...(mission === undefined ? [] : [{ name: 'published T1567', text: readFileSync(mission, 'utf8') }]),
      ...all.slice(0, 3),
    ],
    all,
  };
}
