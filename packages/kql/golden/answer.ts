import type { DuckDBConnection } from '@duckdb/node-api';
import { answerOf, rowsOf } from '../src/duckdb.fixture.ts';
import { type Compiled, compile, compileAsking, type KqlType, renderDiagnostic, renderPlan } from '../src/index.ts';
import { unixEpochTicks } from '../src/types.ts';
import type { Section } from './cases.ts';

/** 2026-01-01, the moment of `now()`. */
export const now = 639_028_224_000_000_000n;

/** The table that a few cases read, so that their SQL is short. */
export const schema = {
  tables: {
    Connections: [
      { name: 'Timestamp', type: 'datetime' },
      { name: 'EventId', type: 'string' },
      { name: 'DeviceName', type: 'string' },
      { name: 'RemoteUrl', type: 'string' },
      { name: 'RemotePort', type: 'int' },
      { name: 'BytesSent', type: 'long' },
      { name: 'AdditionalFields', type: 'dynamic' },
    ],
  },
} as const;

/** Everything that can be known of a query, section by section. */
export async function answer(query: string, engine: DuckDBConnection): Promise<ReadonlyMap<Section, string>> {
  const compiled = await compileAsking(query, { schema, dialect: 'duckdb' }, (question) =>
    answerOf(engine, question, question.parameters.includes('now') ? { now } : {}),
  );
  const { sql, plan, parameters } = compiled;
  if (sql === undefined || plan === undefined) return new Map([['error', errorsOf(query, compiled)]]);
  const rows = await rowsOf(engine, compiled, parameters.includes('now') ? { now } : {});
  const other = compile(query, { schema, dialect: 'clickhouse' });
  return new Map([
    ['rows', table(compiled, rows)],
    ['plan', renderPlan(plan)],
    ['sql', sql],
    ['clickhouse', other.sql ?? errorsOf(query, other)],
  ]);
}

function errorsOf(query: string, { diagnostics }: Compiled): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return errors.map((error) => renderDiagnostic(query, error)).join('\n');
}

/** Rows below the names and types of their columns. Whole numbers are bigint. */
export function table({ columns, plan }: Compiled, rows: readonly (readonly unknown[])[]): string {
  const lines = rows.map((row) => row.map((value, index) => shown(value, columns[index]?.type)).join(' | '));
  // Without an order of its own a result is a set.
  if (plan?.relation.kind !== 'sort') lines.sort();
  return [columns.map(({ name, type }) => `${name}: ${type}`).join(' | '), ...lines].join('\n');
}

/** A value as people read it; texts are quoted, so that blanks show. */
function shown(value: unknown, type: KqlType | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (type === 'string') return JSON.stringify(value);
  if (type === 'datetime') return datetime(value as bigint);
  return type === 'timespan' ? timespan(value as bigint) : String(value);
}

function datetime(ticks: bigint): string {
  const second = ticks / 10_000_000n;
  const iso = new Date(Number(second - unixEpochTicks / 10_000_000n) * 1000).toISOString().slice(0, 19);
  return `${iso}.${pad(ticks % 10_000_000n, 7)}Z`;
}

function timespan(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const clock = [(size / 36_000_000_000n) % 24n, (size / 600_000_000n) % 60n, (size / 10_000_000n) % 60n];
  const days = size / 864_000_000_000n;
  const fraction = size % 10_000_000n;
  return `${ticks < 0n ? '-' : ''}${days > 0n ? `${days}.` : ''}${clock.map((part) => pad(part, 2)).join(':')}${fraction > 0n ? `.${pad(fraction, 7)}` : ''}`;
}

function pad(value: bigint, width: number): string {
  return String(value).padStart(width, '0');
}
