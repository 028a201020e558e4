import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { Lake } from '../lake/lake.ts';
import type { InputReport, Reject } from '../model/input.ts';
import { takeCensus } from '../source/census.ts';
import { errorCode, expand, type Found, whyNot } from '../source/expand.ts';
import { headLength, judgeHead } from '../source/head.ts';
import { applyMapping, type Tally } from './apply.ts';
import { recognise } from './recognise.ts';
import type { Recognised } from './recognised.ts';

export interface IntakeOptions {
  readonly lake: Lake;
  /** For spools of what cannot be read in place; emptied of them at the end. */
  readonly workDirectory: string;
  readonly stdin?: Readable;
  readonly onProgress?: (progress: Progress) => void;
  /** Called for every reject, in the order of its lines within an input. */
  readonly onReject?: (reject: Reject) => void;
}

export interface Progress {
  readonly path: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly records: number;
}

/** Reads files, folders, globs and standard input into the lake's intake tables. */
export async function intake(
  paths: readonly string[],
  options: IntakeOptions,
): Promise<{ inputs: readonly InputReport[] }> {
  const inputs: InputReport[] = [];
  for (const input of await expand(paths)) inputs.push(await readInput(input, options));
  return { inputs };
}

async function readInput(input: Found, options: IntakeOptions): Promise<InputReport> {
  if (input.kind !== 'file') return skipped(input.path, input.reason ?? 'not supported yet');
  try {
    return await readFile(input.path, input.path, options);
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return skipped(input.path, whyNot(errorCode(error)));
  }
}

async function readFile(path: string, file: string, options: IntakeOptions): Promise<InputReport> {
  const handle = await open(file);
  const bytes = Buffer.alloc(headLength);
  const { bytesRead } = await handle.read(bytes, 0, headLength, 0).finally(() => handle.close());
  const head = judgeHead(bytes.subarray(0, bytesRead), bytesRead < headLength);
  if (head.kind === 'refused') return skipped(path, head.reason);
  if (head.kind !== 'text') return skipped(path, 'not supported yet');
  const recognised = recognise(head.text, basename(path), head.whole);
  if ('reason' in recognised) return skipped(path, recognised.reason);
  return readText(path, file, recognised, options);
}

async function readText(
  path: string,
  file: string,
  recognised: Recognised,
  { lake }: IntakeOptions,
): Promise<InputReport> {
  const census = await takeCensus(file, recognised.wanted);
  const options = { path: file, numbered: false, longest: census.longest };
  const { shape } = recognised;
  if (shape.kind === 'json-lines') {
    const tally = await applyMapping(lake, shape.job(options), census.lines, census.found.size > 0);
    return report(path, recognised.format, census.lines, tally);
  }
  if (shape.kind === 'zeek-tsv') {
    const expected = census.lines - census.hashes;
    const tally = await applyMapping(lake, shape.job(options, shape.header), expected, true);
    return report(path, recognised.format, census.lines, tally);
  }
  return skipped(path, 'not supported yet');
}

function report(path: string, format: string, records: number, tally: Tally): InputReport {
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
  return {
    path,
    format,
    records,
    rows: tally.rows,
    rejects: sum(tally.rejected),
    ignored: sum(tally.ignored),
    ignoredWhy: Object.fromEntries(tally.ignored),
    complete: true,
  };
}

function skipped(path: string, reason: string): InputReport {
  return { path, format: null, records: 0, rows: 0, rejects: 0, ignored: 0, ignoredWhy: {}, reason, complete: false };
}
