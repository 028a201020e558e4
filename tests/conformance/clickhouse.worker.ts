import { createRequire } from 'node:module';

// A child process of clickhouse.ts: runs SQL on chdb, the folder of which is its argument.

export interface Asked {
  readonly sql: string;
}

export type Told =
  | { readonly types: readonly string[]; readonly rows: readonly (readonly unknown[])[]; readonly error?: undefined }
  | { readonly error: string };

interface Chdb {
  readonly Session: new () => { query(sql: string, format: string): string };
}

const { Session } = createRequire(import.meta.url)(process.argv[2] ?? '') as Chdb;
const session = new Session();
// Whole numbers beyond 2^53 and reals beyond the finite come as texts.
session.query(
  'SET output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1, max_threads = 1',
  'CSV',
);

process.on('message', ({ sql }: Asked) => {
  process.send?.(told(sql));
});
process.on('disconnect', () => process.exit());

function told(sql: string): Told {
  try {
    const lines = session.query(sql, 'JSONCompactEachRowWithNamesAndTypes').trim().split('\n');
    const [, types = [], ...rows] = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    return { types, rows };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
