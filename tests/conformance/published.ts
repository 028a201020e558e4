import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Column, type Compiled, compile, type KqlType, type Schema } from '../../packages/kql/src/index.ts';
import { typeNames } from '../../packages/kql/src/sql/duckdb/constant.ts';
import { sharedPath } from '../shared.ts';

interface Query {
  readonly id: string;
  readonly kql: string;
  readonly tables_used?: readonly string[];
  readonly sem_errors?: number;
  readonly device_network_events?: boolean;
  readonly exfil?: boolean;
}

interface Share {
  readonly compiled: number;
  readonly of: number;
}

/** Other spellings of types in the published schemas. */
const spelled: Readonly<Record<string, KqlType>> = { boolean: 'bool', double: 'real', integer: 'int' };

/** The tables whose schemas were published, each with the columns of all its flavours, and Weir's own columns. */
export function publishedSchema(): Schema {
  const folder = sharedPath('schemas');
  const tables: Record<string, Column[]> = {};
  for (const file of folder === undefined ? [] : readdirSync(folder)) {
    const { table, columns } = JSON.parse(readFileSync(join(folder ?? '', file), 'utf8')) as {
      readonly table?: string;
      readonly columns?: readonly Column[];
    };
    if (table === undefined || columns === undefined) continue;
    const own = tables[table] ?? [];
    tables[table] = own;
    for (const { name, type } of columns) {
      if (!own.some((column) => column.name === name)) own.push({ name, type: spelled[type] ?? type });
    }
  }
  tables.DeviceNetworkEvents?.push(
    ...(
      [
        ['AccountName', 'string'],
        ['BytesSent', 'long'],
        ['BytesReceived', 'long'],
      ] as const
    ).map(([name, type]) => ({ name, type })),
  );
  return { tables };
}

/** Compiles queries and, as far as their tables are known, has the engine bind the SQL over empty tables. */
export async function compileAll(queries: readonly Query[], engine: DuckDBConnection) {
  const schema = publishedSchema();
  for (const [table, columns] of Object.entries(schema.tables)) {
    const list = columns.map(({ name, type }) => `"${name}" ${typeNames[type]}`);
    await engine.run(`CREATE OR REPLACE TABLE "${table}" (${list.join(', ')})`);
  }
  const compiled: Query[] = [];
  const refused: { readonly id: string; readonly code: string; readonly why: string; readonly query: Query }[] = [];
  for (const query of queries) {
    const result = compiledOr(query.kql, schema);
    if (typeof result === 'string') {
      refused.push({ id: query.id, code: 'BUG', why: result, query });
      continue;
    }
    const first = result.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    if (result.sql === undefined) {
      refused.push({ id: query.id, code: first?.code ?? '?', why: first?.message ?? '', query });
      continue;
    }
    try {
      await engine.runAndReadAll(result.sql);
      compiled.push(query);
    } catch (error) {
      refused.push({ id: query.id, code: 'engine', why: error instanceof Error ? error.message : '', query });
    }
  }
  const ours = (query: Query) => (query.tables_used ?? []).every((table) => Object.hasOwn(schema.tables, table));
  const share = (chosen: (query: Query) => boolean): Share => ({
    compiled: compiled.filter(chosen).length,
    of: compiled.filter(chosen).length + refused.filter((item) => chosen(item.query)).length,
  });
  return {
    compiled,
    refused: refused.map(({ id, code, why }) => ({ id, code, why })),
    summary: {
      all: share(() => true),
      withOurTables: share(ours),
      deviceNetworkEvents: share((query) => query.device_network_events === true && ours(query)),
      exfil: share((query) => query.exfil === true && ours(query)),
    },
  };
}

function compiledOr(kql: string, schema: Schema): Compiled | string {
  try {
    return compile(kql, { schema, dialect: 'duckdb', now: 639_028_224_000_000_000n });
  } catch (error) {
    return error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]}` : String(error);
  }
}
