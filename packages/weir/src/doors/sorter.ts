import { lineOf, shapeOf } from './shape.ts';

interface Group {
  readonly source: string;
  readonly lines: Buffer[];
  keys: string;
}

/** So many documents with keys fit into the head of an entry. */
const mostKeys = 20_000;

/** Records sorted into bodies: of one source, that begin alike. */
export class Sorter {
  readonly #groups = new Map<string, Group>();
  readonly #full: Group[] = [];

  /** `key` is that of a document that has one. */
  add(source: string, record: Buffer, key = ''): void {
    const by = `${source}\0${key === '' ? '' : 'keyed'}\0${shapeOf(record)}`;
    let group = this.#groups.get(by);
    if (!group) {
      group = { source, lines: [], keys: '' };
      this.#groups.set(by, group);
    }
    group.lines.push(lineOf(record));
    group.keys += key;
    if (key === '' || group.lines.length < mostKeys) return;
    this.#full.push(group);
    this.#groups.delete(by);
  }

  bodies(): { source: string; body: Buffer; documents?: string }[] {
    return [...this.#full, ...this.#groups.values()].map(({ source, lines, keys }) => ({
      source,
      body: Buffer.concat(lines),
      ...(keys === '' ? {} : { documents: keys }),
    }));
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
