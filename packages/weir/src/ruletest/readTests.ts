import { dirname, isAbsolute, join } from 'node:path';
import { type InlineRow, sqlValue } from '../detect/inlineRows.ts';
import type { Place } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import { deviceNetworkEvents, publicTables, type Table, timelessTables } from '../tables/index.ts';
import { closest } from '../yaml/closest.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { ordinalId } from './completeRow.ts';
import type { RuleTest, TestData } from './ruleTest.ts';
import { testsFile, type WrittenTest } from './schema.ts';

const code = 'RULE_TEST_INVALID';

/** The tests of a file's text. Every cell of every row is looked at, so that a mistake is told before anything runs.
 *  @throws UserError `RULE_TEST_INVALID` or `YAML_INVALID` with file, line and column */
export function readTests(path: string, text: string): RuleTest[] {
  const document = parseYaml(path, text);
  const file = checkYaml(document, testsFile, code);
  checkRow(document, ['common'], deviceNetworkEvents, file.common as InlineRow);
  const names = new Set<string>();
  return file.tests.map((test, index) => {
    const at = ['tests', index];
    if (names.has(test.name)) throw invalid(document, [...at, 'name'], `a second test named ${test.name}`);
    names.add(test.name);
    return {
      name: test.name,
      at: position(document, [...at, 'name']),
      asOf: test.asOf,
      data: dataOf(document, at, test, file.common as InlineRow),
      exceptions: test.exceptions === undefined ? undefined : beside(document, test.exceptions),
      expect: test.expect.map((checks, number) => ({ at: position(document, [...at, 'expect', number]), checks })),
    };
  });
}

type Path = readonly PropertyKey[];

function dataOf(document: YamlDocument, at: Path, test: WrittenTest, common: InlineRow): TestData {
  const { rows, tables, file, files, inventory } = test;
  const [inline, logs] = [rows !== undefined || tables !== undefined, file !== undefined || files !== undefined];
  if (inline === logs) {
    const message = inline ? 'rows and files at once' : 'no rows, tables, file or files to look at';
    throw invalid(
      document,
      [...at, 'name'],
      `${test.name}: ${message}`,
      'A test has rows of its own, or logs to read.',
    );
  }
  if (inventory !== undefined && !logs) {
    const advice = 'Give its rows under tables, as Inventory.';
    throw invalid(document, [...at, 'inventory'], 'an inventory file goes with file or files', advice);
  }
  if (!logs) return { kind: 'rows', rows: rowsOf(document, at, test, common) };
  return {
    kind: 'logs',
    paths: [...(file === undefined ? [] : [file]), ...(files ?? [])].map((path) => beside(document, path)),
    inventory: inventory === undefined ? undefined : beside(document, inventory),
  };
}

function beside(document: YamlDocument, path: string): string {
  return isAbsolute(path) ? path : join(dirname(document.path), path);
}

const writable: readonly Table[] = [...publicTables, ...timelessTables];

function rowsOf(document: YamlDocument, at: Path, test: WrittenTest, fileCommon: InlineRow) {
  const found = new Map<Table, readonly InlineRow[]>();
  const ownCommon = test.common as InlineRow;
  checkRow(document, [...at, 'common'], deviceNetworkEvents, ownCommon);
  const read = (table: Table, path: Path, written: readonly unknown[], common: InlineRow): void => {
    const rows = written.map((row, number) => {
      checkRow(document, [...path, number], table, row as InlineRow);
      const whole = { ...common, ...(row as InlineRow) };
      if (table.stored.some(({ name }) => name === 'Timestamp') && typeof whole.Timestamp !== 'string')
        throw invalid(document, [...path, number], 'a row without Timestamp');
      return whole;
    });
    checkIds(document, path, table, rows);
    if (rows.length > 0) found.set(table, rows);
  };
  read(deviceNetworkEvents, [...at, 'rows'], test.rows ?? [], { ...fileCommon, ...ownCommon });
  for (const [name, written] of Object.entries(test.tables ?? {})) {
    const path = [...at, 'tables', name];
    const table = writable.find((one) => one.name === name);
    if (table === undefined) {
      const meant = closest(
        name,
        writable.map((one) => one.name),
      );
      const advice =
        meant === undefined
          ? `The tables are ${writable.map((one) => one.name).join(', ')}.`
          : `Did you mean ${meant}?`;
      throw invalid(document, path, `no table ${name}`, advice);
    }
    if (found.has(table)) throw invalid(document, path, `${name} has rows already, under rows`);
    read(table, path, written, {});
  }
  return found;
}

/** Columns by name, values by type. */
function checkRow(document: YamlDocument, path: Path, table: Table, row: InlineRow): void {
  for (const [name, value] of Object.entries(row)) {
    const column = table.stored.find((stored) => stored.name === name);
    if (column === undefined) {
      const meant = closest(
        name,
        table.stored.map((stored) => stored.name),
      );
      const advice =
        meant === undefined ? `'weir query "${table.name} | getschema"' lists them.` : `Did you mean ${meant}?`;
      throw invalid(document, [...path, name], `${table.name} stores no column ${name}`, advice);
    }
    try {
      sqlValue(value, column);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw invalid(document, [...path, name], cause.message);
    }
  }
}

/** Evidence names rows by their ids: two rows of one table with the same would be one. */
function checkIds(document: YamlDocument, path: Path, table: Table, rows: readonly InlineRow[]): void {
  const seen = new Set<unknown>();
  for (const [number, row] of rows.entries()) {
    const id = row.EventId ?? ordinalId(table, number);
    if (seen.has(id)) throw invalid(document, [...path, number], `a second row with the EventId ${id}`);
    seen.add(id);
  }
}

function position({ path, position: of }: YamlDocument, at: Path): Place {
  return { path, ...of(at) };
}

function invalid(
  document: YamlDocument,
  at: Path,
  message: string,
  advice = 'Correct the file at this place.',
): UserError {
  return new UserError(code, placeOf(document, at), message, advice);
}
