import { readdirSync, readFileSync } from 'node:fs';
import { now, schema, table } from '../../packages/kql/golden/answer.ts';
import { readGolden } from '../../packages/kql/golden/cases.ts';
import { compile } from '../../packages/kql/src/index.ts';
import type { Engine } from './engine.ts';

/** What an engine made of a golden case. `refused`: its dialect says no, as a dialect may. */
export interface GoldenVerdict {
  readonly id: string;
  readonly kql: string;
  readonly outcome: 'same' | 'refused' | 'wrong';
  readonly why: string;
}

const folder = new URL('../../packages/kql/golden/', import.meta.url);

/** The golden cases that have rows, through another engine than the one by which they were written. */
export async function goldenThrough(engine: Engine): Promise<readonly GoldenVerdict[]> {
  await engine.createTables(schema.tables);
  const verdicts: GoldenVerdict[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.kqlt'))) {
    for (const { name, sections } of readGolden(readFileSync(new URL(file, folder), 'utf8')).cases) {
      const [kql = '', rows] = [sections.get('query'), sections.get('rows')];
      if (rows === undefined) continue;
      verdicts.push({ id: `${file}: ${name}`, kql, ...(await judged(kql, rows, engine)) });
    }
  }
  return verdicts;
}

async function judged(kql: string, rows: string, engine: Engine): Promise<Pick<GoldenVerdict, 'outcome' | 'why'>> {
  const compiled = compile(kql, { schema, dialect: engine.dialect, now });
  const { sql, columns, diagnostics } = compiled;
  if (sql === undefined) return { outcome: 'refused', why: diagnostics[0]?.message ?? '' };
  try {
    const answered = await engine.rows(sql, columns);
    const typed = answered.map((row) => row.map((value, index) => whole(value, columns[index]?.type)));
    const shown = table(compiled, typed);
    return digits(shown) === digits(rows)
      ? { outcome: 'same', why: '' }
      : { outcome: 'wrong', why: `${shown}\n${sql}` };
  } catch (error) {
    return { outcome: 'wrong', why: `${error instanceof Error ? error.message : error}\n${sql}` };
  }
}

/** Engines hand out whole numbers as texts or numbers; the golden files' are bigint. */
function whole(value: unknown, type: string | undefined): unknown {
  const ticksOrNumber = type === 'long' || type === 'int' || type === 'datetime' || type === 'timespan';
  return ticksOrNumber && value !== null ? BigInt(value as string | number | bigint) : value;
}

/** Reals to twelve digits: sums in another order differ in the last ones. */
function digits(text: string): string {
  return text.replace(/-?\d+\.\d+(?:e[-+]?\d+)?/g, (number) => String(Number(Number(number).toPrecision(12))));
}
