import { plural } from '../words/figures.ts';

/** Pixels. */
const size = { bar: 22, gap: 6, height: 56, foot: 16 };

/** Alerts of each week, the latest last: bars from zero, with the count upon each. */
export function Weeks({ weeks }: { readonly weeks: readonly number[] }) {
  const most = Math.max(...weeks, 0);
  if (most === 0) return null;
  const width = weeks.length * (size.bar + size.gap);
  const said = `Alerts a week, the latest last: ${weeks.join(', ')}`;
  return (
    <figure className="panel weeks">
      <svg width={width} height={size.height + size.foot} role="img" aria-label={said}>
        {weeks.map((count, week) => {
          const height = (count / most) * (size.height - size.foot);
          const x = week * (size.bar + size.gap);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a week is its place
            <g key={week}>
              <title>{`${plural(weeks.length - week, 'week')} ago: ${plural(count, 'alert')}`}</title>
              <rect x={x} y={size.height - height} width={size.bar} height={Math.max(height, 1)} />
              <text x={x + size.bar / 2} y={size.height - height - 3} textAnchor="middle">
                {count}
              </text>
            </g>
          );
        })}
      </svg>
      <figcaption className="soft">Alerts a week, the last {weeks.length} weeks, the latest on the right.</figcaption>
    </figure>
  );
}
