import type { Drawn } from './Lines.tsx';
import { gutterOf, marksOf, markText } from './scale.ts';

const right = 16;
const top = 12;

/** Columns or bars from zero, side by side or one upon the other. What is not known is a mark before zero, so that it is
 *  none of them and not nothing; in a stack it would come on top. */
export function Bars({ chart, said, width }: Drawn) {
  const { kind, x, y, series, isStacked } = chart;
  const lies = kind === 'bar';
  const bottom = lies ? 26 : x.names.length > 8 ? 84 : 40;
  const height = lies ? Math.max(120, x.names.length * 24 + top + bottom) : 320;
  const sums = [...x.names.keys()].map((place) => {
    const values = series.map(({ points }) => points.find((point) => point.x === place)?.y ?? 0);
    if (!isStacked) return { low: Math.min(0, ...values), high: Math.max(0, ...values) };
    const part = (sign: number) => values.filter((value) => value * sign > 0).reduce((sum, value) => sum + value, 0);
    return { low: part(-1), high: part(1) };
  });
  const marks = marksOf(
    sums.reduce((all, { low }) => Math.min(all, low), 0),
    sums.reduce((all, { high }) => Math.max(all, high), 0) || 1,
    y.unit,
  );
  const [low = 0, high = 1] = [marks[0], marks.at(-1)];
  const left = lies ? Math.min(220, width / 3) : gutterOf(marks, y.unit);
  const length = lies ? width - left - right : height - top - bottom;
  const along = (value: number) => ((value - low) / (high - low)) * length;
  const room = (lies ? height - top - bottom : width - left - right) / Math.max(1, x.names.length);
  const thick = (room * 0.8) / (isStacked ? 1 : series.length);
  const tops = new Map<string, number>();
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
      {marks.map((mark) => {
        const at = lies ? left + along(mark) : height - bottom - along(mark);
        const [x1, x2, y1, y2] = lies ? [at, at, top, height - bottom] : [left, width - right, at, at];
        return (
          <g key={mark}>
            <line {...{ x1, x2, y1, y2 }} className={mark === 0 ? 'zero-line' : 'grid-line'} />
            <text
              x={lies ? at : left - 8}
              y={lies ? height - 8 : at + 4}
              textAnchor={lies ? (at > width - 60 ? 'end' : 'middle') : 'end'}
            >
              {markText(mark, y.unit)}
            </text>
          </g>
        );
      })}
      {x.names.map((name, place) => {
        const middle = (lies ? top : left) + (place + 0.5) * room;
        if (!lies && place % Math.ceil(x.names.length / 30) !== 0) return null;
        const isTurned = !lies && x.names.length > 8;
        return (
          <text
            key={name}
            x={lies ? left - 8 : middle}
            y={lies ? middle + 4 : height - bottom + 16}
            textAnchor={lies || isTurned ? 'end' : 'middle'}
            {...(isTurned ? { transform: `rotate(-35 ${middle} ${height - bottom + 16})` } : {})}
          >
            {short(name, lies ? Math.floor(left / 7) : isTurned ? 18 : 14)}
            <title>{name}</title>
          </text>
        );
      })}
      {series.map(({ name, points }, nth) => (
        <g key={name} className={`tone-${nth}`}>
          {points.map(({ x: place, y: value }, at) => {
            if (value === 0) return null;
            const begun = (lies ? top : left) + place * room + room * 0.1;
            if (value === null) {
              const from = begun + (isStacked ? 0 : nth * thick);
              const zero = lies ? left + along(0) : height - bottom - along(0);
              return (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: points have no other name, and never move
                  key={at}
                  className="not-known"
                  {...(lies
                    ? { x: zero - 6, y: from, width: 5, height: thick }
                    : { x: from, y: zero + 1, width: thick, height: 5 })}
                >
                  <title>{`${x.names[place]}, ${name}: not known`}</title>
                </rect>
              );
            }
            const key = `${place} ${Math.sign(value)}`;
            const begin = isStacked ? (tops.get(key) ?? 0) : 0;
            tops.set(key, begin + value);
            const [a, b] = [along(begin), along(begin + value)];
            const across = begun + (isStacked ? 0 : nth * thick);
            const size = Math.max(1, Math.abs(b - a));
            const box = lies
              ? { x: left + Math.min(a, b), y: across, width: size, height: thick }
              : { x: across, y: height - bottom - Math.max(a, b), width: thick, height: size };
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: points have no other name, and never move
              <rect key={at} className="fill" {...box}>
                <title>{`${x.names[place]}, ${name}: ${markText(value, y.unit)}`}</title>
              </rect>
            );
          })}
        </g>
      ))}
    </svg>
  );
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
