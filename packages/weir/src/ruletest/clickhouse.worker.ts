import { createRequire } from 'node:module';

// A child process of clickhouse.ts: runs SQL on chdb. Its arguments are chdb's folder and, where it is not to make one
// itself, a folder for what it holds.

export interface Asked {
  readonly sql: string;
}

export type Told =
  | { readonly types: readonly string[]; readonly rows: readonly (readonly unknown[])[]; readonly error?: undefined }
  | { readonly error: string };

interface Session {
  query(sql: string, format: string): string;
}

const [, , chdb = '', directory] = process.argv;
let session: Session | undefined;

process.on('message', ({ sql }: Asked) => {
  process.send?.(told(sql));
});
process.on('disconnect', () => process.exit());

function told(sql: string): Told {
  try {
    session ??= opened();
    const lines = session.query(sql, 'JSONCompactEachRowWithNamesAndTypes').trim().split('\n');
    const [, types = [], ...rows] = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    return { types, rows };
  } catch (error) {
    forgetHalf();
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** What a query had answered before it stopped stands in front of the next answer. */
function forgetHalf(): void {
  try {
    session?.query('SELECT 1', 'Null');
  } catch {
    // It answers nothing either way.
  }
}

/** Whole numbers beyond 2^53 and reals beyond the finite come as texts. */
function opened(): Session {
  const { Session } = createRequire(import.meta.url)(chdb) as { readonly Session: new (path?: string) => Session };
  const made = new Session(directory);
  made.query(
    'SET output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1, max_threads = 1',
    'CSV',
  );
  return made;
}
