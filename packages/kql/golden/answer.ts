import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { answerOf, rowsOf } from '../src/duckdb.fixture.ts';
import { compileAsking, type KqlType, renderDiagnostic, renderPlan } from '../src/index.ts';
import { unixEpochTicks } from '../src/types.ts';
import type { Section } from './cases.ts';

/** 2026-01-01, the moment of `now()`. */
const now = 639_028_224_000_000_000n;

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
  const { sql, plan, columns, parameters, diagnostics } = compiled;
  if (sql === undefined || plan === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    return new Map([['error', errors.map((error) => renderDiagnostic(query, error)).join('\n')]]);
  }
  const rows = await rowsOf(engine, compiled, parameters.includes('now') ? { now } : {});
  const lines = rows.map((row) => row.map((value, index) => shown(value, columns[index]?.type)).join(' | '));
  // Without an order of its own a result is a set.
  if (plan.relation.kind !== 'sort') lines.sort();
  const header = columns.map(({ name, type }) => `${name}: ${type}`).join(' | ');
  return new Map([
    ['rows', [header, ...lines].join('\n')],
    ['plan', renderPlan(plan)],
    ['sql', sql],
  ]);
}

/** A value as people read it; texts are quoted, so that blanks show. */
function shown(value: DuckDBValue | undefined, type: KqlType | undefined): string {
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
