import { join } from 'node:path';
import type { StatementSync } from 'node:sqlite';
import type { Disk } from '../disk/disk.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { journalFile } from '../journal/place.ts';
import { journalFiles, readJournal } from '../journal/read.ts';
import type { Store } from '../store/store.ts';
import { rollups } from '../tables/index.ts';
import { positionProblems } from './checkPositions.ts';
import { readCursor } from './cursor.ts';
import { rollupRows } from './days.ts';
import { measured } from './files.ts';
import type { homePaths } from './home.ts';
import { journalLosses } from './journalLoss.ts';
import { Manifest, type RecordedFile, type Standing } from './manifest.ts';
import type { LiveSegment } from './segment.ts';

export interface CheckParts {
  readonly paths: ReturnType<typeof homePaths>;
  readonly store: Store;
  readonly disk: Disk;
  readonly engine: Engine;
}

/** What was looked at, and what is wrong with it. */
export interface CheckReport {
  readonly segments: number;
  readonly rows: number;
  readonly replaced: number;
  /** Entries of the journal that are not rows yet. */
  readonly waiting: number;
  readonly bytes: number;
  readonly problems: readonly string[];
  /** What is no loss, and worth knowing. */
  readonly notes: readonly string[];
}

/** Verifies everything that a home's lake stands on: the store itself; that every file is there with the bytes, rows and
 *  columns that it had when it was committed; that what was replaced names rows that are there, each once; that kept days of EgressDaily say what the connections say; that the journal
 *  goes on where the lake ends, and its entries are whole. While it runs the caller holds a lease: the files stay. */
export async function checkLake({ paths, store, disk, engine }: CheckParts): Promise<CheckReport> {
  const manifest = new Manifest(store, paths.segments);
  const problems = storeProblems(store);
  // All of one moment: a service may go on meanwhile.
  const { standing, recorded, lost } = store.transaction(() => ({
    standing: manifest.read(),
    recorded: manifest.recordedFiles(),
    lost: manifest.lostFiles(),
  }));
  const segments = [...standing.segments.values()].flat();
  const notes: string[] = [];
  for (const name of lost)
    problems.push(
      `${name}: its rows are lost: it was gone, or not what it was, when the service started; put it back and start the service anew, or weir lake accept it`,
    );
  for (const { name, bytes } of journalLosses(store))
    problems.push(`${name}: ${bytes} bytes that were acknowledged are lost: weir lake accept it`);
  let bytes = 0;
  const sound = new Set<string>();
  for (const file of recorded) {
    const found = await fileProblem(disk, paths.segments, file);
    if (found === undefined) sound.add(join(paths.segments, file.name));
    else if (!lost.includes(file.name)) problems.push(found);
    bytes += file.bytes;
  }
  for (const segment of segments) {
    problems.push(...commitProblems(segment, standing.seq));
    if (sound.has(segment.file)) problems.push(...(await contentProblems(engine, segment)));
  }
  problems.push(...(await positionProblems(engine, segments, sound)));
  if (lost.length === 0 && sound.size === recorded.length) problems.push(...(await dayProblems(engine, standing)));
  const names = await disk.list(paths.segments);
  const known = new Set(manifest.files().map(({ name }) => name));
  for (const name of names)
    if (!known.has(name)) notes.push(`${name}: no file of the lake's: on its way there, or left by a crash`);
  problems.push(
    ...(await keptProblems(disk, paths.rejects, () => store.statement('SELECT file, bytes FROM reject_file'))),
  );
  problems.push(...(await keptProblems(disk, paths.aside, () => store.statement('SELECT file, bytes FROM aside'))));
  const journal = await whileForgotten(() => checkJournal(disk, paths.journal, store));
  return {
    segments: segments.length,
    rows: segments.reduce((sum, { kind, rows }) => sum + (kind === 'past' ? 0 : rows), 0),
    replaced: segments.reduce((sum, one) => sum + one.tombstones.reduce((all, { rows }) => all + rows, 0), 0),
    waiting: journal.waiting,
    bytes,
    problems: [...problems, ...journal.problems],
    notes: [...notes, ...journal.notes],
  };
}

function storeProblems(store: Store): string[] {
  const found = store
    .statement('PRAGMA integrity_check')
    .all()
    .map(({ integrity_check }) => String(integrity_check));
  const torn = store.statement('PRAGMA foreign_key_check').all();
  return [
    ...found.filter((said) => said !== 'ok').map((said) => `weir.db: ${said}`),
    ...torn.map(({ table, parent }) => `weir.db: a row of ${table} names one of ${parent} that is not there`),
  ];
}

async function fileProblem(disk: Disk, folder: string, file: RecordedFile): Promise<string | undefined> {
  try {
    const { bytes, crc } = await measured(disk, join(folder, file.name));
    if (bytes !== file.bytes) return `${file.name}: has ${bytes} bytes in place of ${file.bytes}`;
    return crc === file.crc ? undefined : `${file.name}: its content is not what was committed (CRC-32)`;
  } catch (error) {
    return `${file.name}: ${error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'is gone' : `cannot be read (${error})`}`;
  }
}

function commitProblems({ file, firstCommit, lastCommit, tombstones }: LiveSegment, seq: bigint): string[] {
  const inOrder = firstCommit > 0n && firstCommit <= lastCommit && lastCommit <= seq;
  const replaced = tombstones.every((one) => one.seq > firstCommit && one.seq <= seq);
  return inOrder && replaced
    ? []
    : [`${file}: its commits (${firstCommit} to ${lastCommit} of ${seq}) are not in order`];
}

async function contentProblems(engine: Engine, { file, rows, holds }: LiveSegment): Promise<string[]> {
  try {
    const [counted] = await engine.rows<{ rows: bigint }>(
      `SELECT num_rows AS rows FROM parquet_file_metadata(${sqlText(file)})`,
    );
    const columns = await engine.rows<{ name: string }>(`SELECT name FROM parquet_schema(${sqlText(file)})`);
    const there = new Set(columns.map(({ name }) => name));
    const missing = [...holds].filter((name) => !there.has(name));
    return [
      ...(Number(counted?.rows) === rows ? [] : [`${file}: has ${counted?.rows} rows in place of ${rows}`]),
      ...(missing.length === 0 ? [] : [`${file}: lacks ${missing.join(', ')}`]),
    ];
  } catch (error) {
    return [`${file}: is no whole Parquet file (${error instanceof Error ? error.message : error})`];
  }
}

/** Days that were reckoned once, against the connections. */
async function dayProblems(engine: Engine, standing: Standing): Promise<string[]> {
  if (standing.days.length === 0) return [];
  const problems: string[] = [];
  for (const rollup of rollups) {
    const [kept, reckoned] = [rollupRows(rollup, standing), rollupRows(rollup, { ...standing, days: [] })];
    const wrong = await engine.rows<{ day: bigint | null }>(
      `SELECT DISTINCT "Day" AS day FROM (
         (FROM (${kept}) EXCEPT ALL FROM (${reckoned})) UNION ALL (FROM (${reckoned}) EXCEPT ALL FROM (${kept})))`,
    );
    if (wrong.length > 0) problems.push(`${rollup.name}: ${wrong.length} of its days are not what the connections say`);
  }
  return problems;
}

/** A file that is wrong and still known: a service removes the oldest of them. */
async function keptProblems(disk: Disk, folder: string, known: () => StatementSync): Promise<string[]> {
  const wrong: string[] = [];
  for (const { file, bytes } of known().all())
    if ((await disk.size(join(folder, String(file))).catch(() => -1)) < Number(bytes)) wrong.push(String(file));
  const still = new Set(
    known()
      .all()
      .map(({ file }) => file),
  );
  return wrong.filter((file) => still.has(file)).map((file) => `${join(folder, file)}: is cut off or gone`);
}

/** A service that goes on puts more of the journal into the lake and removes such files: what was looked at is looked at
 *  anew. */
async function whileForgotten<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; ; tries += 1)
    try {
      return await work();
    } catch (error) {
      if (tries === 9 || !(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
}

async function checkJournal(
  disk: Disk,
  folder: string,
  store: Store,
): Promise<Pick<CheckReport, 'waiting' | 'problems' | 'notes'>> {
  const cursor = readCursor(store);
  const problems: string[] = [];
  const notes: string[] = [];
  let waiting = 0;
  const files = await journalFiles(disk, folder).catch((): number[] => []);
  const at = files.includes(cursor.file) ? await disk.size(journalFile(folder, cursor.file)) : 0;
  const [first] = files;
  const now = readCursor(store);
  // Its file may have been forgotten meanwhile, or be newer than the list.
  if (at < cursor.offset && (now.file !== cursor.file || now.offset !== cursor.offset))
    return checkJournal(disk, folder, store);
  if (at < cursor.offset)
    problems.push(
      `${journalFile(folder, cursor.file)}: ends before the place up to which it is in the lake (${cursor.offset})`,
    );
  else if (first !== undefined && first > cursor.file)
    notes.push(`the journal begins behind its file ${cursor.file}, which is in the lake`);
  for await (const read of readJournal(disk, folder, cursor)) {
    if ('entry' in read) waiting += 1;
    else {
      const { file, offset } = read.torn;
      const last = file === files.at(-1);
      const said = `${journalFile(folder, file)}: ${read.bytes} bytes from ${offset} on are no entry`;
      notes.push(
        `${said}: ${last ? 'being written, or ' : ''}cut off by a crash before they were acknowledged, or damaged`,
      );
    }
  }
  return { waiting, problems, notes };
}
