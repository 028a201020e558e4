import type { Entity } from '../api/entities.ts';
import { bytes, count, longOf, plural, sent } from '../words/figures.ts';
import { dayName } from '../words/time.ts';
import { chartOf } from './chart.ts';
import { usualWords } from './usual.ts';
import './entities.css';

/** In the picture's own units; the page stretches it. */
const width = 960;
const height = 170;
const left = 92;
const right = 8;
const top = 10;
const floor = height - 24;
const tall = floor - top;

/** What left each day, from zero, against the usual: a band up to nine days in ten, and a line at half of them. Days from
 *  `marked` on (ISO 8601), to `until`, stand out. */
export function History({
  entity,
  marked,
}: {
  readonly entity: Entity;
  readonly marked?: { readonly from: string; readonly until: string };
}) {
  const { usual, from, until } = entity;
  const { days, most } = chartOf(entity);
  const step = (width - left - right) / days.length;
  const up = (n: number) => (most === 0 ? 0 : (tall * n) / most);
  const [median, p90] = [usual.median, usual.p90].map((n) => (n === null ? undefined : Number(longOf(n))));
  const uncounted = days.reduce((sum, each) => sum + each.uncounted, 0);
  const isMarked = (day: string) =>
    marked !== undefined &&
    day.slice(0, 10) >= marked.from.slice(0, 10) &&
    day.slice(0, 10) <= marked.until.slice(0, 10);
  const said = `Bytes sent each day from ${dayName(from)} to ${dayName(days.at(-1)?.day ?? until)}: at most ${bytes(Math.round(most))}. ${usualWords(usual)}`;
  return (
    <figure className="timeline">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
        <title>{said}</title>
        {median !== undefined && p90 !== undefined && (
          <rect className="usual-band" x={left} width={width - left - right} y={floor - up(p90)} height={up(p90)} />
        )}
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              x1={left}
              x2={width - right}
              y1={floor - tall * part}
              y2={floor - tall * part}
              className="grid-line"
            />
            {(most > 0 || part === 0) && (
              <text x={left - 8} y={floor - tall * part + 4} textAnchor="end">
                {bytes(Math.round(most * part))}
              </text>
            )}
          </g>
        ))}
        {days.map(({ day, sent: n, connections, uncounted: missing }, nth) => {
          const x = left + nth * step + step * 0.1;
          const told = { bytesSent: n === null ? null : Math.round(n), connections, bytesKnown: connections - missing };
          return (
            <g key={day}>
              <title>
                {dayName(day)}:{' '}
                {connections === 0 ? 'no connection' : `${sent(told)}, ${plural(connections, 'connection')}`}
                {missing > 0 && `, ${count(missing)} not counted`}
              </title>
              <rect x={left + nth * step} y={top} width={step} height={tall} className="hover" />
              {n !== null && n > 0 && (
                <rect
                  className={isMarked(day) ? 'bar marked' : 'bar'}
                  x={x}
                  width={step * 0.8}
                  y={floor - Math.max(1.5, up(n))}
                  height={Math.max(1.5, up(n))}
                />
              )}
              {missing > 0 && <rect className="uncounted" x={x} width={step * 0.8} y={floor + 1} height={4} />}
            </g>
          );
        })}
        {median !== undefined && (
          <line className="usual-line" x1={left} x2={width - right} y1={floor - up(median)} y2={floor - up(median)} />
        )}
        <text x={left} y={height - 4}>
          {dayName(from)}
        </text>
        <text x={width - right} y={height - 4} textAnchor="end">
          {dayName(days.at(-1)?.day ?? until)} UTC
        </text>
      </svg>
      <figcaption>
        Bytes sent, each bar a day.
        {median !== undefined && (
          <>
            {' '}
            <i className="usual-key" aria-hidden="true" /> up to nine days in ten, its line at half of them.
          </>
        )}
        {marked !== undefined && (
          <>
            {' '}
            <i className="marked-key" aria-hidden="true" /> days of this alert.
          </>
        )}
        {uncounted > 0 && (
          <>
            {' '}
            <i className="uncounted-key" aria-hidden="true" /> {plural(uncounted, 'connection')} without a count.
          </>
        )}
      </figcaption>
    </figure>
  );
}
