import { momentOf } from '../../words/time.ts';
import { type Column, exact, isNumeric, type Row } from '../cells.ts';
import type { Rendering } from '../kql/asked.ts';

export type ChartKind = 'line' | 'area' | 'column' | 'bar' | 'pie' | 'scatter';

export interface Point {
  /** Milliseconds since 1970, a number, or the place of a category. */
  readonly x: number;
  /** null: not known; a gap. */
  readonly y: number | null;
  /** Of a sum: some of what it adds up is not known, so that it is at least this. */
  readonly isLeast?: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Chart {
  readonly kind: ChartKind;
  readonly title: string;
  readonly x: {
    readonly name: string;
    readonly type: 'time' | 'number' | 'category';
    readonly names: readonly string[];
  };
  readonly y: { readonly name: string; readonly unit: 'bytes' | 'number' };
  readonly isStacked: boolean;
  readonly series: readonly Series[];
  /** Values of what is drawn that are not known. */
  readonly unknown: number;
  /** What is not in the picture, for a person; empty where all is. */
  readonly leftOut: string;
}

const kinds: Readonly<Record<string, ChartKind>> = {
  timechart: 'line',
  linechart: 'line',
  areachart: 'area',
  stackedareachart: 'area',
  columnchart: 'column',
  barchart: 'bar',
  piechart: 'pie',
  scatterchart: 'scatter',
};

const seriesMost = 12;
const categoriesMost = 60;
const slicesMost = 12;

/** The picture that a `render` asks for, or why it is not drawn. The first column that can is the axis, texts beside it name
 *  the series, numbers are the values. */
export function chartOf(
  { chart, properties }: Rendering,
  columns: readonly Column[],
  rows: readonly Row[],
): Chart | { readonly why: string } {
  const kind = kinds[chart];
  if (chart === 'table') return { why: 'the query says render table.' };
  if (kind === undefined) return { why: `render ${chart} is not drawn here.` };
  if (properties.kind === 'stacked100') return { why: 'kind=stacked100 is not drawn here.' };
  const placeOf = (name: string | undefined) => columns.findIndex((column) => column.name === name?.trim());
  const listOf = (name: string) =>
    (properties[name] ?? '')
      .split(',')
      .map(placeOf)
      .filter((at) => at >= 0);
  const isTime = chart === 'timechart';
  const wanted = placeOf(properties.xcolumn);
  const x = wanted >= 0 ? wanted : isTime ? columns.findIndex(({ type }) => type === 'datetime') : 0;
  const axis = columns[x];
  if (axis === undefined) return { why: 'a timechart needs a column of moments: summarize … by bin(Timestamp, 1h).' };
  const namedValues = listOf('ycolumns');
  const values = (namedValues.length > 0 ? namedValues : columns.map((_, at) => at)).filter((at) => {
    const column = columns[at];
    return at !== x && column !== undefined && isNumeric(column);
  });
  const [first] = values;
  if (first === undefined) return { why: `render ${chart} needs a column of numbers beside ${axis.name}.` };
  const namedSplit = listOf('series');
  const split =
    namedSplit.length > 0
      ? namedSplit
      : columns.flatMap(({ type }, at) => (at !== x && (type === 'string' || type === 'bool') ? [at] : []));

  const isOrdered = kind !== 'pie' && kind !== 'column' && kind !== 'bar';
  const type = axis.type === 'datetime' && isOrdered ? 'time' : isNumeric(axis) && isOrdered ? 'number' : 'category';
  const names: string[] = [];
  const places = new Map<string, number>();
  const xOf = (value: unknown): number | undefined => {
    if (value === null || value === undefined) return undefined;
    if (type === 'time') return momentOf(String(value));
    if (type === 'number') return Number(value);
    const text = axis.type === 'datetime' ? String(value).slice(0, 16).replace('T', ' ') : exact(value) || '(empty)';
    const known = places.get(text);
    if (known !== undefined) return known;
    if (kind !== 'pie' && names.length === categoriesMost) return undefined;
    places.set(text, names.length);
    names.push(text);
    return names.length - 1;
  };
  const series = new Map<string, Point[]>();
  let unplaced = 0;
  for (const row of rows) {
    const at = xOf(row[x]);
    if (at === undefined || Number.isNaN(at)) {
      unplaced += 1;
      continue;
    }
    const part = split.map((each) => exact(row[each]) || '(empty)').join(', ');
    for (const value of values) {
      const name = [part, values.length > 1 || part === '' ? (columns[value]?.name ?? '') : '']
        .filter(Boolean)
        .join(': ');
      const points = series.get(name) ?? [];
      points.push({ x: at, y: numberOf(row[value]) });
      series.set(name, points);
    }
  }
  const all = [...series].map(([name, points]): Series => {
    const sorted = type === 'category' ? points : points.toSorted((a, b) => a.x - b.x);
    return { name, points: sorted };
  });
  const largest = all.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const drawn = kind === 'pie' ? [asSlices(all, names)] : largest.slice(0, seriesMost);
  if (kind === 'pie' && drawn[0]?.points.some(({ y }) => (y ?? 0) < 0))
    return { why: 'a pie has no slices for negative numbers.' };
  const leftOut = [
    kind !== 'pie' && all.length > seriesMost ? `the ${seriesMost} largest of ${all.length} series are drawn` : '',
    unplaced > 0 && names.length === categoriesMost
      ? `the first ${categoriesMost} values of ${axis.name} are drawn`
      : '',
    unplaced > 0 && names.length !== categoriesMost ? `${unplaced} rows without ${axis.name} are not drawn` : '',
  ].filter(Boolean);
  const told = kind === 'pie' ? all : drawn;
  const name = properties.ytitle ?? (values.length === 1 ? (columns[first]?.name ?? '') : '');
  return {
    kind,
    title: properties.title ?? '',
    x: { name: properties.xtitle ?? axis.name, type, names },
    y: { name, unit: values.every((at) => /bytes/i.test(columns[at]?.name ?? '')) ? 'bytes' : 'number' },
    isStacked: properties.kind === 'stacked' || chart === 'stackedareachart',
    series: drawn,
    unknown: unknownIn(told),
    leftOut: leftOut.join('; '),
  };
}

/** One number a slice; the small ones together, as their eye cannot tell them apart. What is not known adds nothing, and a
 *  slice of nothing else is not known. */
function asSlices(series: readonly Series[], names: string[]): Series {
  const sums = new Map<number, Point>();
  for (const point of series.flatMap(({ points }) => points)) sums.set(point.x, added(sums.get(point.x), point));
  const sorted = [...sums.values()].toSorted((a, b) => (b.y ?? -1) - (a.y ?? -1));
  const kept = sorted.slice(0, sorted.length > slicesMost ? slicesMost - 1 : slicesMost);
  const rest = sorted.slice(kept.length).reduce<Point | undefined>(added, undefined);
  if (rest === undefined) return { name: series[0]?.name ?? '', points: kept };
  names.push(`${sorted.length - kept.length} others`);
  return { name: series[0]?.name ?? '', points: [...kept, { ...rest, x: names.length - 1 }] };
}

function added(sum: Point | undefined, { x, y, isLeast = false }: Point): Point {
  if (sum === undefined) return { x, y, isLeast };
  const isKnown = sum.y !== null && y !== null;
  return {
    x: sum.x,
    y: sum.y === null && y === null ? null : (sum.y ?? 0) + (y ?? 0),
    isLeast: isLeast || sum.isLeast === true || !isKnown,
  };
}

function sizeOf({ points }: Series): number {
  return points.reduce((sum, { y }) => sum + Math.abs(y ?? 0), 0);
}

/** How many values of series are not known. */
export function unknownIn(series: readonly Pick<Series, 'points'>[]): number {
  return series.reduce((sum, { points }) => sum + points.filter(({ y }) => y === null).length, 0);
}

/** Near enough for a picture; the table has every digit. */
function numberOf(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const n = Number(value);
  return Number.isFinite(n) ? n : null;
}
