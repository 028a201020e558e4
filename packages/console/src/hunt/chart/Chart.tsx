import { useEffect, useRef, useState } from 'react';
import { Bars } from './Bars.tsx';
import type { Chart as Of } from './chart.ts';
import { Lines } from './Lines.tsx';
import { Pie } from './Pie.tsx';

/** A result as a picture: axes from zero with their units, what is not known a gap, every series named. */
export function Chart({ chart }: { readonly chart: Of }) {
  const { kind, title, series, leftOut, x, y } = chart;
  const [ref, width] = useWidth();
  const said = `${title || `${y.name} by ${x.name}`}: ${kind} chart of ${series.map(({ name }) => name).join(', ')}. The table has the same numbers.`;
  return (
    <figure className="chart" ref={ref}>
      {title !== '' && <h3>{title}</h3>}
      {kind === 'pie' ? (
        <Pie chart={chart} said={said} />
      ) : kind === 'bar' || kind === 'column' ? (
        <Bars chart={chart} said={said} width={width} />
      ) : (
        <Lines chart={chart} said={said} width={width} />
      )}
      {kind !== 'pie' && (
        <ul className="legend">
          {series.map(({ name }, nth) => (
            <li key={name}>
              <i className={`tone-${nth}`} aria-hidden="true" /> {name}
            </li>
          ))}
        </ul>
      )}
      <figcaption className="soft">
        {y.unit === 'bytes' ? 'Bytes' : 'Numbers'} from zero{x.type === 'time' && ', times in UTC'}
        {unknownWords(chart)}
        {leftOut !== '' && `; ${leftOut}, the table has all`}.
      </figcaption>
    </figure>
  );
}

/** How what is not known is drawn; empty where all is known. */
function unknownWords({ kind, isStacked, unknown }: Of): string {
  if (unknown === 0) return '';
  const some = unknown === 1 ? '1 value is not known' : `${unknown} values are not known`;
  if (kind === 'pie') return `; ${some}, and the shares are of what is`;
  const drawn = kind === 'bar' || kind === 'column' ? 'a dashed mark before zero' : 'a gap';
  return `; ${some}: ${drawn}${isStacked ? ', and what stands there is at least as much' : ''}`;
}

/** How wide an element is, in pixels: letters of a picture that is drawn for it are as large as the page's. */
function useWidth(): [React.RefObject<HTMLElement | null>, number] {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(1_000);
  useEffect(() => {
    const at = ref.current;
    if (at === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(320, at.clientWidth)));
    observer.observe(at);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
