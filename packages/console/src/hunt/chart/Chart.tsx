import { Bars } from './Bars.tsx';
import type { Chart as Of } from './chart.ts';
import { Lines } from './Lines.tsx';
import { Pie } from './Pie.tsx';

/** A result as a picture: axes from zero with their units, what is not known a gap, every series named. */
export function Chart({ chart }: { readonly chart: Of }) {
  const { kind, title, series, leftOut, x, y } = chart;
  const said = `${title || `${y.name} by ${x.name}`}: ${kind} chart of ${series.map(({ name }) => name).join(', ')}. The table has the same numbers.`;
  return (
    <figure className="chart">
      {title !== '' && <h3>{title}</h3>}
      {kind === 'pie' ? (
        <Pie chart={chart} said={said} />
      ) : kind === 'bar' || kind === 'column' ? (
        <Bars chart={chart} said={said} />
      ) : (
        <Lines chart={chart} said={said} />
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
        {y.unit === 'bytes' ? 'Bytes' : 'Numbers'} from zero{x.type === 'time' && ', times in UTC'}; values that are not
        known are left open{leftOut !== '' && `; ${leftOut}, the table has all`}.
      </figcaption>
    </figure>
  );
}
