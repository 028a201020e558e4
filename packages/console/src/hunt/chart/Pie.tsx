import type { Chart } from './chart.ts';
import { markText } from './scale.ts';

const size = 300;
const middle = size / 2;
const radius = 140;
const hole = 64;

/** Parts of a whole, each with its number and share in words beside it. What is not known has no slice, and no share. */
export function Pie({ chart: { series, x, y }, said }: { readonly chart: Chart; readonly said: string }) {
  const slices = (series[0]?.points ?? []).map(({ x: place, y: value, isLeast }) => ({
    ...{ name: x.names[place] ?? '', value: value ?? 0 },
    told: value === null ? 'not known' : `${isLeast ? 'at least ' : ''}${markText(value, y.unit)}`,
    isKnown: value !== null,
  }));
  const whole = slices.reduce((sum, { value }) => sum + value, 0);
  let before = 0;
  return (
    <div className="pie">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={said}>
        {slices.map(({ name, value, told, isKnown }, nth) => {
          if (!isKnown) return null;
          const from = whole === 0 ? 0 : before / whole;
          before += value;
          const until = whole === 0 ? 0 : before / whole;
          return (
            <path key={name} className={`fill tone-${nth}`} d={sliceOf(from, until)}>
              <title>{`${name}: ${told}`}</title>
            </path>
          );
        })}
      </svg>
      <ul className="legend">
        {slices.map(({ name, value, told, isKnown }, nth) => (
          <li key={name}>
            <i className={isKnown ? `tone-${nth}` : 'no-tone'} aria-hidden="true" /> {name}: {told}
            {whole > 0 && isKnown && <span className="soft"> {((value / whole) * 100).toFixed(1)} %</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A slice between two parts of the circle, each from 0 to 1, clockwise from above. */
function sliceOf(from: number, until: number): string {
  // A whole circle begins where it ends, which an arc cannot say.
  const end = until - from >= 1 ? from + 0.9999 : until;
  const at = (part: number, r: number) => {
    const angle = part * 2 * Math.PI - Math.PI / 2;
    return `${middle + r * Math.cos(angle)},${middle + r * Math.sin(angle)}`;
  };
  const large = end - from > 0.5 ? 1 : 0;
  return `M${at(from, radius)}A${radius},${radius},0,${large},1,${at(end, radius)}L${at(end, hole)}A${hole},${hole},0,${large},0,${at(from, hole)}Z`;
}
