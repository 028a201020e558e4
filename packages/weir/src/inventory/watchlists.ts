import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import type { Watchlist } from '../model/inventory.ts';
import { UserError } from '../model/userError.ts';
import { readCsv } from '../source/csvRecords.ts';
import { searchKeyColumn, watchlistTable } from '../tables/watchlists.ts';
import { placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import type { inventoryFile } from './schema.ts';

type Said = z.output<typeof inventoryFile>['watchlists'][number];

const code = 'INVENTORY_INVALID';

/** The watchlists that an inventory brings along: rows of its own, or a CSV file beside it.
 *  @throws UserError `INVENTORY_INVALID` with the file and line of what is wrong */
export async function readWatchlists(
  path: string,
  document: YamlDocument,
  said: readonly Said[],
): Promise<readonly Watchlist[]> {
  const lists: Watchlist[] = [];
  for (const [index, list] of said.entries()) {
    const place = (...keys: PropertyKey[]): string => placeOf(document, ['watchlists', index, ...keys]);
    if ((list.file === undefined) === (list.rows === undefined)) {
      const message = `the watchlist ${list.name} needs rows or a file, and one of them only`;
      throw new UserError(code, place(), message, 'Give it rows, or the file: of a CSV beside the inventory.');
    }
    const read = list.file === undefined ? inline(list) : await fromCsv(join(dirname(path), list.file), place('file'));
    checkColumns(read.columns, list.file === undefined ? place('rows') : join(dirname(path), list.file));
    if (!read.columns.includes(list.searchKey)) {
      const message = `${list.searchKey} is no column of the watchlist ${list.name}`;
      throw new UserError(code, place('searchKey'), message, `Its columns are ${read.columns.join(', ')}.`);
    }
    lists.push({ name: list.name, searchKey: list.searchKey, ...read });
  }
  return lists;
}

type Rows = Pick<Watchlist, 'columns' | 'rows'>;

function inline({ rows = [], searchKey }: Said): Rows {
  const columns = [...new Set(rows.length === 0 ? [searchKey] : rows.flatMap(Object.keys))];
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? '')) };
}

async function fromCsv(file: string, place: string): Promise<Rows> {
  let columns: readonly string[] | undefined;
  const rows: (readonly string[])[] = [];
  try {
    for await (const records of readCsv(file, ',')) {
      for (const { line, cells, reason } of records) {
        const at = `${file}:${line}`;
        if (cells === undefined) throw new UserError(code, at, reason ?? 'no CSV record', 'Mend the line.');
        if (columns === undefined) {
          columns = cells.map((cell, n) => (n === 0 ? cell.replace(/^\uFEFF/, '') : cell).trim());
          continue;
        }
        if (cells.length !== columns.length) {
          const message = `${cells.length} cells where the header names ${columns.length} columns`;
          throw new UserError(code, at, message, 'Put a cell with a comma in quotes.');
        }
        rows.push(cells);
      }
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code: errno, message } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    throw new UserError(
      code,
      place,
      `${file} cannot be read (${errno ?? message})`,
      'Name a CSV file beside the inventory.',
    );
  }
  if (columns === undefined) throw new UserError(code, file, 'the file is empty', 'Its first line names the columns.');
  return { columns, rows };
}

/** Columns that Sentinel itself adds to a watchlist. */
const reserved = new Set([searchKeyColumn, '_DTItemId', 'LastUpdatedTimeUTC'].map((name) => name.toLowerCase()));

function checkColumns(columns: readonly string[], place: string): void {
  const known = new Set<string>();
  for (const column of columns) {
    const lower = column.toLowerCase();
    const wrong =
      column === ''
        ? 'a column has no name'
        : reserved.has(lower)
          ? `the column ${column} is one that a watchlist has anyway`
          : known.has(lower)
            ? `the column ${column} is there twice`
            : undefined;
    if (wrong !== undefined) throw new UserError(code, place, wrong, 'Give each column a name of its own.');
    known.add(lower);
  }
}

/** Makes the tables behind `_GetWatchlist`. */
export async function writeWatchlists(engine: Pick<Engine, 'run'>, watchlists: readonly Watchlist[]): Promise<void> {
  for (const { name, searchKey, columns, rows } of watchlists) {
    const shape = sqlText(JSON.stringify([['VARCHAR']]));
    const cells = [searchKey, ...columns].map(
      (column, n) => `item[${columns.indexOf(column) + 1}] AS ${sqlName(n === 0 ? searchKeyColumn : column)}`,
    );
    await engine.run(
      `CREATE OR REPLACE TABLE ${sqlName(watchlistTable(name))} AS
       SELECT ${cells.join(', ')} FROM (SELECT unnest(from_json($rows::JSON, ${shape})) AS item)`,
      { rows: JSON.stringify(rows) },
    );
  }
}
