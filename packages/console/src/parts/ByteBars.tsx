import type { ReactNode } from 'react';
import { bytes } from '../words/figures.ts';

export interface ByteBar {
  readonly key: string | number;
  /** What it says to who points at it. */
  readonly title: string;
  /** Bytes; null: not known, or nothing was there. */
  readonly sent: number | null;
  /** Connections that nobody counted. */
  readonly uncounted: number;
  readonly isMarked?: boolean;
}

/** In the picture's own units; the page stretches it. */
const width = 960;
const left = 92;
const right = 8;
const top = 10;

/** Bytes over time: bars from zero with their unit, what nobody counted below the line, and what is usual as a band up to
 *  nine in ten with a line at half of them. `most` is what the top stands for. */
export function ByteBars({
  said,
  bars,
  most,
  usual,
  ends,
  height,
  children,
}: {
  /** All of it in a sentence. */
  readonly said: string;
  readonly bars: readonly ByteBar[];
  readonly most: number;
  /** In the unit of a bar; undefined: it is not known. */
  readonly usual: { readonly median: number; readonly p90: number } | undefined;
  /** What stands below the first and the last bar. */
  readonly ends: readonly [string, string];
  readonly height: number;
  readonly children: ReactNode;
}) {
  const step = (width - left - right) / bars.length;
  const floor = height - 24;
  const tall = floor - top;
  const up = (n: number) => (most === 0 ? 0 : (tall * n) / most);
  return (
    <figure className="timeline">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
        <title>{said}</title>
        {usual && (
          <rect
            className="usual-band"
            x={left}
            width={width - left - right}
            y={floor - up(usual.p90)}
            height={up(usual.p90)}
          />
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
        {bars.map(({ key, title, sent, uncounted, isMarked }, nth) => {
          const x = left + nth * step + step * 0.09;
          return (
            <g key={key}>
              <title>{title}</title>
              <rect x={left + nth * step} y={top} width={step} height={tall} className="hover" />
              {sent !== null && sent > 0 && (
                <rect
                  className={isMarked ? 'bar marked' : 'bar'}
                  x={x}
                  width={step * 0.82}
                  y={floor - Math.max(1.5, up(sent))}
                  height={Math.max(1.5, up(sent))}
                />
              )}
              {uncounted > 0 && <rect className="uncounted" x={x} width={step * 0.82} y={floor + 1} height={4} />}
            </g>
          );
        })}
        {usual && (
          <line
            className="usual-line"
            x1={left}
            x2={width - right}
            y1={floor - up(usual.median)}
            y2={floor - up(usual.median)}
          />
        )}
        <text x={left} y={height - 4}>
          {ends[0]}
        </text>
        <text x={width - right} y={height - 4} textAnchor="end">
          {ends[1]}
        </text>
      </svg>
      <figcaption>{children}</figcaption>
    </figure>
  );
}

/** How what nobody counted is drawn, and how much of it there is. */
export function Uncounted({ children }: { readonly children: ReactNode }) {
  return (
    <>
      {' '}
      <i className="uncounted-key" aria-hidden="true" /> {children} without a count.
    </>
  );
}
