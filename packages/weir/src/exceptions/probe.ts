import { compile } from '@weir/kql';
import { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { findingColumns, findingSchema } from '../rules/finding.ts';

/** A condition as one column of a query over findings. It stands on lines of its own, so that a comment in it ends there;
 *  `iff` takes nothing but a condition, and a null as not so. */
export function asColumn(name: string, when: string): string {
  return `${name} = iff(\n${when}\n, true, false)`;
}

/** Which of these conditions hold for every one of many invented findings: empty ones, ones with nothing in common, and
 *  ones that have what the conditions themselves name. One that holds for all of them says nothing of a finding. The
 *  conditions compile. */
export async function holdAlways(conditions: readonly string[]): Promise<boolean[]> {
  if (conditions.length === 0) return [];
  const terms = conditions.map((when, index) => asColumn(`Holds${index}`, when));
  const { sql, diagnostics } = compile(`Finding\n| project ${terms.join(',\n')}`, {
    schema: findingSchema,
    dialect: 'duckdb',
  });
  if (sql === undefined) throw new Error(`conditions compile alone and not together: ${diagnostics[0]?.message}`);
  const engine = await Engine.open({ memoryMb: 200, threads: 1, spillDirectory: '' });
  try {
    const rows = await engine.table(`WITH "Finding" AS (${inventedFindings(conditions)}) ${sql}`);
    return conditions.map((_, index) => rows.every((row) => row[index] === true));
  } finally {
    engine.close();
  }
}

/** Unlike anything that a person writes into a condition. */
const odd = ['qv7', 'Zx.41', 'ümläut nö'];

/** More than any finding sent, and still to be multiplied. */
const petabyte = 1_000_000_000_000_000n;
const years = ['0001-01-01', '2020-06-01', '9999-01-01'];

function inventedFindings(conditions: readonly string[]): string {
  const { texts, numbers } = literalsOf(conditions.join('\n'));
  const wholes = [...new Set([0n, 1n, petabyte, ...numbers.flatMap((n) => [n > 0n ? n - 1n : 0n, n, n + 1n])])];
  const rows = [
    findingRow(() => '', null, 0),
    ...odd.map((word, index) => findingRow((column) => `${word} ${column}`, BigInt(index), index)),
    ...texts.map((literal, index) => findingRow(() => literal, null, index)),
    ...wholes.map((whole, index) =>
      findingRow((column) => (index % 2 === 0 ? '' : `${odd[0]} ${column}`), whole, index),
    ),
  ];
  return rows.join(' UNION ALL ');
}

/** SQL for one row: `text` gives its strings; null stands for unknown sums. */
function findingRow(text: (column: string) => string, whole: bigint | null, index: number): string {
  const seen = `(epoch(DATE '${years[index % years.length]}')::BIGINT * 10000000 + 621355968000000000)`;
  const columns = findingColumns.map(({ name, type }) => {
    const value = {
      string: sqlText(text(name)),
      long: `${whole === null ? 'NULL' : whole}::BIGINT`,
      real: `${whole === null ? 'NULL' : whole}::DOUBLE`,
      bool: `${whole === null ? 'NULL' : whole % 2n === 1n}::BOOLEAN`,
      datetime: `${seen}::BIGINT`,
    }[type as 'string' | 'long' | 'real' | 'bool' | 'datetime'];
    return `${value} AS ${sqlName(name)}`;
  });
  return `SELECT ${columns.join(', ')}`;
}

/** The strings and whole numbers that a KQL text names. */
function literalsOf(kql: string): { texts: string[]; numbers: bigint[] } {
  const strings = /@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  const texts = [...kql.matchAll(strings)].map(([literal]) =>
    literal.startsWith('@') ? literal.slice(2, -1) : literal.slice(1, -1).replace(/\\(.)/g, '$1'),
  );
  const numbers = [...kql.replace(strings, '').matchAll(/\b\d{1,18}\b/g)].map(([digits]) => BigInt(digits));
  return { texts: [...new Set(texts)], numbers: [...new Set(numbers)] };
}
