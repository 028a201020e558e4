import type { Parcel } from './reception.ts';
import { lineOf, shapeOf } from './shape.ts';

interface Group {
  readonly source: string;
  readonly lines: Buffer[];
  readonly sent: Buffer[];
  keys: string;
}

/** So many documents with keys fit into the head of an entry. */
const mostKeys = 20_000;

/** Records sorted into bodies: of one source, that begin alike. */
export class Sorter {
  readonly #groups = new Map<string, Group>();
  readonly #full: Group[] = [];
  readonly #repeated = new Map<string, number>();

  /** `sent` is what was sent for the record, with what stood around it; `key` is that of a document that has one. */
  add(source: string, record: Buffer, { sent, key = '' }: { sent?: Buffer; key?: string } = {}): void {
    const by = `${source}\0${key === '' ? '' : 'keyed'}\0${shapeOf(record)}`;
    let group = this.#groups.get(by);
    if (!group) {
      group = { source, lines: [], sent: [], keys: '' };
      this.#groups.set(by, group);
    }
    group.lines.push(lineOf(record));
    if (sent) group.sent.push(sent);
    group.keys += key;
    if (key === '' || group.lines.length < mostKeys) return;
    this.#full.push(group);
    this.#groups.delete(by);
  }

  /** A record that was taken before. */
  repeat(source: string): void {
    this.#repeated.set(source, (this.#repeated.get(source) ?? 0) + 1);
  }

  bodies(): Omit<Parcel, 'door'>[] {
    const bodies = [...this.#full, ...this.#groups.values()].map(({ source, lines, sent, keys }) => ({
      source,
      body: Buffer.concat(lines),
      ...(sent.length === 0 ? {} : { sent }),
      ...(keys === '' ? {} : { documents: keys }),
    }));
    const counts = [...this.#repeated].map(([source, repeated]) => ({ source, repeated, body: Buffer.alloc(0) }));
    return [...bodies, ...counts];
  }
}

/** A name that a client gives its records, made one that files, tables and lines can carry. */
export function sourceName(...names: readonly unknown[]): string {
  const name = names.find((name) => typeof name === 'string' && name.trim() !== '');
  return String(name ?? 'unnamed')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);
}
