import { open } from 'node:fs/promises';
import type { FilePosition } from '../../journal/frame.ts';
import { longestDocument } from '../../model/bodies.ts';
import { headLength, judgeHead } from '../../source/head.ts';
import { decompressed } from '../../source/spool.ts';
import type { Parcel } from '../reception.ts';
import { planFor } from './cutting.ts';
import type { PlainFile } from './plainFile.ts';
import { hashOf, markAt, type Positions, tellingBytes } from './positions.ts';

const pieceBytes = 4 * 1024 * 1024;

/** What tells a packed file apart: its length, its beginning and its end, where its plain content's length and checksum
 *  stand. The same file in another place is the same file. */
export async function packedIdentity(path: string, size: number): Promise<{ identity: string; mark: string }> {
  const file = await open(path, 'r');
  try {
    const at = async (from: number, length: number) => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, from);
      return hashOf(bytes.subarray(0, bytesRead));
    };
    const head = await at(0, Math.min(tellingBytes, size));
    const { from, length } = markAt(size);
    const mark = await at(from, length);
    return { identity: `packed.${size}.${mark}:${Math.min(tellingBytes, size)}:${head}`, mark };
  } finally {
    await file.close();
  }
}

/** The identity of the file of which a packed one is a copy, or what became of it, as far as that was read; undefined where
 *  nothing of it was. `live` are those that are being read. */
export async function packedOf(
  path: string,
  form: 'gzip' | 'zstd',
  positions: Positions,
  live: readonly PlainFile[],
): Promise<string | undefined> {
  let [before, candidates]: [Buffer, FilePosition[] | undefined] = [Buffer.alloc(0), undefined];
  let found: FilePosition | undefined;
  let start = 0;
  for await (const chunk of decompressed(form, path, () => undefined)) {
    const bytes = Buffer.concat([before, chunk]);
    const end = start + bytes.length;
    if (candidates === undefined && bytes.length < tellingBytes) {
      before = bytes;
      continue;
    }
    candidates ??= positions.beginningAs(bytes);
    if (candidates.length === 0) return undefined;
    found = farthest(found, candidates, bytes, start, end);
    if (found && !candidates.some(({ offset }) => offset > end)) return found.identity;
    before = Buffer.from(bytes.subarray(Math.max(bytes.length - tellingBytes, 0)));
    start = end - before.length;
  }
  candidates ??= positions.beginningAs(before);
  found ??= farthest(found, candidates, before, start, start + before.length);
  if (found) return found.identity;
  for (const file of live) {
    if (!candidates.some(({ identity }) => identity === file.identity)) continue;
    if ((await file.read(start, before.length)).equals(before)) return file.identity;
  }
  return undefined;
}

function farthest(
  found: FilePosition | undefined,
  candidates: readonly FilePosition[],
  bytes: Buffer,
  start: number,
  end: number,
): FilePosition | undefined {
  for (const candidate of candidates) {
    const { from } = markAt(candidate.offset);
    if (from < start || candidate.offset > end || candidate.offset <= (found?.offset ?? 0)) continue;
    if (hashOf(bytes.subarray(from - start, candidate.offset - start)) === candidate.mark) found = candidate;
  }
  return found;
}

/** The bodies of a packed file behind `from`, a place in its plain content.
 *  @throws PackedRefused */
export async function* packedBodies(
  path: string,
  form: 'gzip' | 'zstd',
  from: number,
): AsyncGenerator<Parcel, undefined> {
  const parcel = (body: Buffer): Parcel => ({ door: 'file', source: path, body });
  const chunks = decompressed(form, path, () => undefined);
  let pending: Buffer = Buffer.alloc(0);
  let isDone = false;
  const fill = async (length: number): Promise<void> => {
    const parts = [pending];
    let filled = pending.length;
    while (!isDone && filled < length) {
      const next = await chunks.next();
      if (next.done) isDone = true;
      else {
        parts.push(next.value);
        filled += next.value.length;
      }
    }
    if (parts.length > 1) pending = Buffer.concat(parts);
  };
  try {
    await fill(headLength);
    const plan = planFor(path.replace(/\.(gz|zst)$/, ''), pending.subarray(0, headLength), isDone);
    if (plan.kind === 'refused') throw new PackedRefused(plan.reason);
    if (packing(pending) !== undefined) throw new PackedRefused('packed twice; unpack it first');
    if (plan.kind !== 'cut') {
      await fill(longestDocument + 1);
      if (pending.length > longestDocument) throw new PackedRefused(`a document of more than ${longestDocument} bytes`);
      if (from === 0 && pending.length > 0) yield parcel(pending);
      return;
    }
    const { end, header } = plan.cutting;
    for (let at = 0; ; ) {
      await fill(pieceBytes);
      if (pending.length === 0) return;
      const skip = at < from ? Math.min(from - at, pending.length) : 0;
      const cut =
        skip > 0 ? skip : isDone && pending.length <= pieceBytes ? pending.length : end(pending) || pending.length;
      const piece = pending.subarray(0, cut);
      if (skip === 0) {
        const above = at === 0 ? Buffer.alloc(0) : header.above(piece);
        yield parcel(above.length === 0 ? Buffer.from(piece) : Buffer.concat([above, piece]));
      }
      header.learn(piece);
      at += cut;
      pending = pending.subarray(cut);
    }
  } finally {
    await chunks.return(undefined);
  }
}

/** How a file is packed, by its beginning. */
export function packing(head: Buffer): 'gzip' | 'zstd' | undefined {
  const { kind } = judgeHead(head, false);
  return kind === 'gzip' || kind === 'zstd' ? kind : undefined;
}

/** What a packed file holds is not read; the message says why. */
export class PackedRefused extends Error {
  override readonly name = 'PackedRefused';
}
