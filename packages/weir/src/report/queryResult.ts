import type { Column } from '@weir/kql/types';
import { stringify } from 'csv-stringify/sync';
import { csvCell, jsonText, visible } from './harmless.ts';
import { jsonOf, shownOf } from './queryValue.ts';
import { queryTable } from './terminal/queryTable.ts';

/** Rows as the engine's driver gives them, in the order of the columns. */
export type Chunk = readonly (readonly unknown[])[];
export type Chunks = AsyncIterable<Chunk> | Iterable<Chunk>;

export type QueryFormat = 'table' | 'json' | 'ndjson' | 'csv';

/** A query's result as text, piece by piece, so that it may be larger than memory. Values are the data as it is: nothing
 *  is masked; what steers a terminal or a spreadsheet is made harmless. `width` matters to tables only. */
export function renderQueryResult(
  columns: readonly Column[],
  chunks: Chunks,
  format: QueryFormat,
  { width }: { readonly width: number },
): AsyncGenerator<string> {
  switch (format) {
    case 'table':
      return tableRows(columns, chunks, width);
    case 'json':
      return jsonRows(columns, chunks);
    case 'ndjson':
      return ndjsonRows(columns, chunks);
    case 'csv':
      return csvRows(columns, chunks);
  }
}

/** `{"columns":[{"name","type"}],"rows":[[…]]}`, one row a line. */
async function* jsonRows(columns: readonly Column[], chunks: Chunks): AsyncGenerator<string> {
  yield `{"columns":${jsonText(columns.map(({ name, type }) => ({ name, type })))},"rows":[`;
  let first = true;
  for await (const rows of chunks) {
    let piece = '';
    for (const row of rows) {
      piece += `${first ? '' : ','}\n[${columns.map(({ type }, i) => jsonOf(type, row[i])).join(',')}]`;
      first = false;
    }
    yield piece;
  }
  yield first ? ']}\n' : '\n]}\n';
}

/** One object a row. */
async function* ndjsonRows(columns: readonly Column[], chunks: Chunks): AsyncGenerator<string> {
  const keys = distinctNames(columns).map((name) => jsonText(name));
  for await (const rows of chunks) {
    yield rows
      .map((row) => `{${columns.map(({ type }, i) => `${keys[i]}:${jsonOf(type, row[i])}`).join(',')}}\n`)
      .join('');
  }
}

/** With a header. Texts that a spreadsheet would run start with `'`; numbers stay numbers. */
async function* csvRows(columns: readonly Column[], chunks: Chunks): AsyncGenerator<string> {
  yield stringify([columns.map(({ name }) => csvCell(name))]);
  for await (const rows of chunks) {
    yield stringify(rows.map((row) => columns.map((column, i) => csvValue(column, row[i]))));
  }
}

const numbers: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal']);
const texts: ReadonlySet<string> = new Set(['string', 'dynamic']);

function csvValue({ type }: Column, value: unknown): string {
  const text = shownOf(type, value);
  return texts.has(type) ? csvCell(text) : text;
}

async function* tableRows(columns: readonly Column[], chunks: Chunks, width: number): AsyncGenerator<string> {
  const shown = async function* () {
    for await (const rows of chunks) {
      yield rows.map((row) => columns.map(({ type }, i) => visible(shownOf(type, row[i]))));
    }
  };
  const heads = columns.map(({ name, type }) => ({
    head: visible(name),
    right: numbers.has(type),
    whole: !texts.has(type),
  }));
  yield* queryTable(heads, shown(), width);
}

/** The columns' names; a name met again is numbered: `a`, `a_2`, `a_3`. */
function distinctNames(columns: readonly Column[]): string[] {
  const taken = new Set(columns.map(({ name }) => name));
  const used = new Set<string>();
  return columns.map(({ name }) => {
    let distinct = name;
    for (let n = 2; used.has(distinct) || (distinct !== name && taken.has(distinct)); n += 1) distinct = `${name}_${n}`;
    used.add(distinct);
    return distinct;
  });
}
