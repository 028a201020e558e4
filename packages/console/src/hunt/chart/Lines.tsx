import { second } from '../../words/time.ts';
import type { Chart, Point, Series } from './chart.ts';
import { gutterOf, marksOf, markText, timeMarks } from './scale.ts';

/** Pixels. */
const height = 300;
const right = 16;
const top = 12;
const bottom = 26;
/** More dots than this say no more than the line. */
const dotsMost = 400;

export interface Drawn {
  readonly chart: Chart;
  /** What it shows, for who cannot see it. */
  readonly said: string;
  /** Pixels. */
  readonly width: number;
}

/** Lines, areas and clouds of points over a time or a number. */
export function Lines({ chart, said, width }: Drawn) {
  const { kind, x, y } = chart;
  const series = chart.isStacked ? stacked(chart.series) : chart.series.map((each) => ({ ...each, floors: [] }));
  const points = series.flatMap((each) => each.points);
  const xs = points.map((point) => point.x);
  const from = least(xs);
  const until = Math.max(most(xs), from + 1e-9);
  const ys = points.map((point) => point.y ?? 0);
  const marks = marksOf(Math.min(0, least(ys)), Math.max(most(ys), 0) || 1, y.unit);
  const [low = 0, high = 1] = [marks[0], marks.at(-1)];
  const left = gutterOf(marks, y.unit);
  const atX = (value: number) => left + ((value - from) / (until - from)) * (width - left - right);
  const atY = (value: number) => height - bottom - ((value - low) / (high - low)) * (height - top - bottom);
  const xMarks =
    x.type === 'time'
      ? timeMarks(from, until)
      : x.type === 'number'
        ? marksOf(from, until, 'number', 7)
            .filter((at) => at >= from && at <= until)
            .map((at) => ({ at, text: markText(at, 'number') }))
        : x.names.map((text, at) => ({ at, text })).filter(({ at }) => at % Math.ceil(x.names.length / 8) === 0);
  const nameOf = (at: number) =>
    x.type === 'time' ? `${second(new Date(at).toISOString())} UTC` : (x.names[at] ?? markText(at, 'number'));
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
      {marks.map((mark) => (
        <g key={mark}>
          <line
            x1={left}
            x2={width - right}
            y1={atY(mark)}
            y2={atY(mark)}
            className={mark === 0 ? 'zero-line' : 'grid-line'}
          />
          <text x={left - 8} y={atY(mark) + 4} textAnchor="end">
            {markText(mark, y.unit)}
          </text>
        </g>
      ))}
      {xMarks.map(({ at, text }) => (
        <text
          key={at}
          x={atX(at)}
          y={height - 6}
          textAnchor={atX(at) > width - 70 ? 'end' : atX(at) < left + 40 ? 'start' : 'middle'}
        >
          {text}
        </text>
      ))}
      {series.map(({ name, points: own, floors }, nth) => (
        <g key={name} className={`tone-${nth}`}>
          {kind === 'area' &&
            runs(own).map((run) => <path key={run[0]?.x} className="area" d={areaOf(run, own, floors, atX, atY)} />)}
          {kind !== 'scatter' &&
            runs(own).map((run) => (
              <path key={run[0]?.x} className="line" d={`M${run.map((p) => `${atX(p.x)},${atY(p.y)}`).join('L')}`} />
            ))}
          {(kind === 'scatter' || points.length <= dotsMost) &&
            own.map(
              (p, at) =>
                p.y !== null && (
                  // biome-ignore lint/suspicious/noArrayIndexKey: points have no other name, and never move
                  <circle key={at} cx={atX(p.x)} cy={atY(p.y)} r={kind === 'scatter' ? 3 : 2.4}>
                    <title>{`${name}, ${nameOf(p.x)}: ${markText(p.y, y.unit)}`}</title>
                  </circle>
                ),
            )}
        </g>
      ))}
    </svg>
  );
}

type Known = Point & { readonly y: number };

/** Points that follow each other without a gap. */
function runs(points: readonly Point[]): Known[][] {
  const found: Known[][] = [[]];
  for (const point of points) {
    if (point.y === null) found.push([]);
    else found.at(-1)?.push(point as Known);
  }
  return found.filter((run) => run.length > 0);
}

/** Each series upon those before it; what is not known adds nothing, and is a gap all the same. */
function stacked(series: readonly Series[]): (Series & { readonly floors: readonly number[] })[] {
  const sums = new Map<number, number>();
  return series.map(({ name, points }) => {
    const floors = points.map(({ x }) => sums.get(x) ?? 0);
    const raised = points.map(({ x, y }, at): Point => ({ x, y: y === null ? null : y + (floors[at] ?? 0) }));
    for (const { x, y } of raised) if (y !== null) sums.set(x, y);
    return { name, points: raised, floors };
  });
}

function areaOf(
  run: readonly Known[],
  own: readonly Point[],
  floors: readonly number[],
  atX: (x: number) => number,
  atY: (y: number) => number,
): string {
  const up = run.map((p) => `${atX(p.x)},${atY(p.y)}`);
  const down = run.toReversed().map((p) => `${atX(p.x)},${atY(floors[own.indexOf(p)] ?? 0)}`);
  return `M${[...up, ...down].join('L')}Z`;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
