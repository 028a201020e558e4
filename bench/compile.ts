import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from '@weir/kql';
import { parse as parseYaml } from 'yaml';
import { weirSchema } from '../packages/weir/src/tables/index.ts';
import { sharedPath } from '../tests/shared.ts';
import { median, timed } from './measure.ts';

/** Warm compile times of Weir's rules and the published query. */
export async function compileTimes(runs: number): Promise<string[]> {
  const rules = fileURLToPath(new URL('../content/rules/', import.meta.url));
  const queries = readdirSync(rules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      name: entry.name,
      text: String(parseYaml(readFileSync(`${rules}${entry.name}/rule.yaml`, 'utf8')).query),
    }));
  const published = sharedPath('mission', 't1567.kql');
  if (published !== undefined) queries.push({ name: 'published T1567', text: readFileSync(published, 'utf8') });
  const lines: string[] = [];
  for (const { name, text } of queries) {
    const times: number[] = [];
    for (let run = 0; run < runs * 4; run++) {
      times.push(await timed(async () => compile(text, { schema: weirSchema, dialect: 'duckdb', now: 0n })));
    }
    lines.push(
      `compile, warm: median ${median(times.slice(runs)).toFixed(1)} ms (target 20)  ${name}, ${text.length} characters`,
    );
  }
  return lines;
}
