import { longOf } from '../words/figures.ts';
import { momentOf } from '../words/time.ts';

export interface Bin {
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Bytes that left in it, of the connections whose bytes are known. */
  readonly sent: number;
  /** Connections that began in it and whose bytes nobody counted. */
  readonly unknown: number;
}

export interface Timeline {
  readonly from: number;
  readonly until: number;
  /** Milliseconds. */
  readonly width: number;
  readonly bins: readonly Bin[];
}

const minute = 60_000;
const widths = [1 / 60, 1 / 6, 1, 5, 15, 60, 180, 360, 1_440, 10_080].map((minutes) => minutes * minute);
const binsMost = 60;

/** Bytes over time from rows of evidence; undefined where no row says when it was. A connection's bytes are spread evenly
 *  from its beginning to its end, as nobody counted them in between. Bins begin at whole multiples of their width. */
export function timelineOf(rows: readonly Readonly<Record<string, unknown>>[]): Timeline | undefined {
  const told = rows.flatMap(({ Timestamp, FlowStart, End, BytesSent }) => {
    const begun = FlowStart ?? Timestamp;
    if (typeof begun !== 'string') return [];
    const from = momentOf(begun);
    const sent = typeof BytesSent === 'number' || typeof BytesSent === 'string' ? Number(longOf(BytesSent)) : undefined;
    return [{ from, until: typeof End === 'string' ? Math.max(from, momentOf(End)) : from, sent }];
  });
  if (told.length === 0) return undefined;
  const first = Math.min(...told.map(({ from }) => from));
  const last = Math.max(...told.map(({ until }) => until));
  const width = widths.find((each) => (last - first) / each < binsMost - 1) ?? Math.ceil((last - first) / 50);
  const from = Math.floor(first / width) * width;
  const count = Math.floor((last - from) / width) + 1;
  const sent = Array.from({ length: count }, () => 0);
  const unknown = Array.from({ length: count }, () => 0);
  const add = (to: number[], at: number, n: number) => {
    to[at] = (to[at] ?? 0) + n;
  };
  for (const row of told) {
    const begun = Math.floor((row.from - from) / width);
    if (row.sent === undefined) add(unknown, begun, 1);
    else if (row.until === row.from) add(sent, begun, row.sent);
    else
      for (let bin = begun; from + bin * width < row.until; bin += 1) {
        const start = Math.max(row.from, from + bin * width);
        const end = Math.min(row.until, from + (bin + 1) * width);
        add(sent, bin, (row.sent * (end - start)) / (row.until - row.from));
      }
  }
  const bins = sent.map((n, bin) => ({ from: from + bin * width, sent: n, unknown: unknown[bin] ?? 0 }));
  return { from, until: from + count * width, width, bins };
}
