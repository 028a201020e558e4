import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from '../disk/writeAll.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { Bodies, type Body, nameOf } from './bodies.ts';

/** Bodies as one file for the intake. */
export interface Chunk {
  readonly path: string;
  readonly parts: readonly Part[];
}

/** Where one body's lines stand in its file. */
export interface Part {
  readonly entry: JournalEntry;
  /** Lines in the file before it; of the body before what is in the file; and those in the file that are not blank. */
  readonly before: number;
  readonly cut: number;
  readonly records: number;
}

/** Writes bodies as files below a folder, as few as can be told apart afterwards. */
export async function writeChunks(entries: readonly JournalEntry[], folder: string): Promise<Chunk[]> {
  const bodies = new Bodies();
  const groups: Body[][] = [];
  const open = new Map<string, Body[]>();
  for (const entry of entries) {
    const body = bodies.of(entry);
    const group = body.key === undefined ? undefined : open.get(body.key);
    if (group) group.push(body);
    else {
      const begun = [body];
      groups.push(begun);
      if (body.key !== undefined) open.set(body.key, begun);
    }
  }
  const chunks: Chunk[] = [];
  for (const [index, group] of groups.entries()) chunks.push(await writeChunk(group, join(folder, `${index}`)));
  return chunks;
}

async function writeChunk(group: readonly Body[], folder: string): Promise<Chunk> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, nameOf(group[0]?.entry.source ?? ''));
  const file = await open(path, 'w');
  const parts: Part[] = [];
  let before = 0;
  try {
    for (const [index, { entry, above }] of group.entries()) {
      const bytes = index === 0 ? entry.body : entry.body.subarray(above);
      const ended = group.length === 1 || bytes.length === 0 || bytes.at(-1) === newline;
      await writeAll(file, ended ? [bytes] : [bytes, Buffer.from('\n')]);
      const { lines, blank } = linesOf(bytes);
      const cut = index === 0 ? 0 : linesOf(entry.body.subarray(0, above)).lines;
      parts.push({ entry, before, cut, records: lines - blank });
      before += lines;
    }
  } finally {
    await file.close();
  }
  return { path, parts };
}

const newline = 0x0a;

function linesOf(bytes: Buffer): { readonly lines: number; readonly blank: number } {
  let [lines, blank] = [0, 0];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    lines += 1;
    if (isBlank(bytes, start, end)) blank += 1;
    start = end + 1;
  }
  return { lines, blank };
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
