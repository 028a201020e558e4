import { bytes, count, plural } from '../words/figures.ts';
import { spanName } from '../words/time.ts';
import type { Timeline as Of } from './timeline.ts';

/** In the picture's own units; the page stretches it. */
const width = 960;
const height = 140;
const left = 64;
const right = 8;
const top = 8;
const bottom = 22;

/** When it left: bars from zero, with their unit; connections that nobody counted stand below the line. */
export function Timeline({ timeline }: { readonly timeline: Of }) {
  const { bins, from, until, width: span } = timeline;
  const most = Math.max(...bins.map(({ sent }) => sent), 0);
  const uncounted = bins.reduce((sum, { unknown }) => sum + unknown, 0);
  const step = (width - left - right) / bins.length;
  const floor = height - bottom;
  const tall = floor - top;
  const label = (at: number) => new Date(at).toISOString().slice(span < 60_000 ? 11 : 5, span < 60_000 ? 19 : 16);
  const said = `Bytes sent for each ${spanName(span)} from ${label(from)} to ${label(until)} UTC: at most ${bytes(Math.round(most))}${
    uncounted > 0 ? `; ${plural(uncounted, 'connection')} without a count` : ''
  }.`;
  return (
    <figure className="timeline">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
        <title>{said}</title>
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
        {bins.map(({ from: at, sent, unknown }, index) => (
          <g key={at}>
            <title>
              {`${label(at).replace('T', ' ')} UTC: ${bytes(Math.round(sent))}${unknown > 0 ? `, ${count(unknown)} not counted` : ''}`}
            </title>
            <rect x={left + index * step} y={top} width={step} height={tall} className="hover" />
            {sent > 0 && (
              <rect
                className="bar"
                x={left + index * step + step * 0.08}
                width={step * 0.84}
                y={floor - Math.max(1.5, (tall * sent) / most)}
                height={Math.max(1.5, (tall * sent) / most)}
              />
            )}
            {unknown > 0 && (
              <rect
                className="uncounted"
                x={left + index * step + step * 0.08}
                width={step * 0.84}
                y={floor + 1}
                height={4}
              />
            )}
          </g>
        ))}
        <text x={left} y={height - 4}>
          {label(from).replace('T', ' ')}
        </text>
        <text x={width - right} y={height - 4} textAnchor="end">
          {label(until).replace('T', ' ')} UTC
        </text>
      </svg>
      <figcaption>
        Bytes sent, each bar {spanName(span)}. A connection’s bytes are spread over its time.
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
